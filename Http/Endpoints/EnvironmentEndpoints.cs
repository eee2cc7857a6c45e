namespace OrleansOrders.Http;

/// <summary>What server this is and as whom one speaks to it: the page's first question.</summary>
internal static class EnvironmentEndpoints
{
    private static readonly string Version = typeof(EnvironmentEndpoints).Assembly.GetName().Version!.ToString(3);

    public static void Map(ApiRoutes routes) => routes.Map(new RouteContract("GET", "/v1/environment", Scopes.OrdersRead, "getEnvironment",
        "What server this is, and what the credential is good for")
    {
        Reply = typeof(EnvironmentReply),
    }, Get);

    private static async Task<Reply> Get(Call call)
    {
        call.Checks.ThrowIfAny();
        var (options, caller) = (call.Services.Options, call.Caller);
        var reply = new EnvironmentReply(
            options.Edition, Version, options.Environment, caller.Tenant, caller.Actor, [.. Scopes.All.Where(caller.May)],
            await call.ReadModels.LogTail.ReadEnd(call.Aborted), options.Silos());
        return Reply.Json(200, reply, ReplyJson.Instance.EnvironmentReply);
    }
}
