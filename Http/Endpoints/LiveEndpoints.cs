namespace OrleansOrders.Http;

/// <summary>The log as it grows, for those who watch.</summary>
internal static class LiveEndpoints
{
    public static void Map(ApiRoutes routes) => routes.Map(new RouteContract("GET", "/v1/live", Scopes.OrdersRead, "followLive",
        "The tenant's events as they happen: server-sent events, whose id is the log position and whose data is as described here")
    {
        Reply = typeof(LiveReply),
        MediaType = LiveStream.MediaType,
        IsStream = true,
    }, Follow);

    private static Task<Reply> Follow(Call call)
    {
        var resumeAfter = call.LastEventId();
        call.Checks.ThrowIfAny();
        var stream = new LiveStream(call.Services, call.Caller, Scopes.OrdersRead, resumeAfter);
        return Task.FromResult(new Reply(200, null) { Writer = stream.Write });
    }
}
