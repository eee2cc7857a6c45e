using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Http;

/// <summary>The record of what operators did, and of who was turned away.</summary>
internal static class AuditEndpoints
{
    public static void Map(ApiRoutes routes) =>
        routes.Map(new RouteContract("GET", "/v1/audit", Scopes.OpsRead, "listAudit", "What operators did and who was turned away, newest first")
        {
            Reply = typeof(Page<AuditReply>),
            Query =
            [
                new QueryParameter("actor", "string", "Only what this key or person did."),
                new QueryParameter("action", "string", "Only this action, called as its route: retryFulfilment."),
                QueryParameter.Cursor, QueryParameter.Limit,
            ],
        }, List);

    private static async Task<Reply> List(Call call)
    {
        var query = new AuditQuery(call.Tenant, call.Query.Search("actor"), call.Query.Search("action"));
        var (before, limit) = (VersionCursor.Read(call.Query), call.Query.Limit());
        call.Checks.ThrowIfAny();
        var entries = await call.Services.Audit.List(query, before == 0 ? null : before, limit + 1, call.Aborted);
        var items = entries.Take(limit).Select(AuditReply.From).ToArray();
        var next = entries.Count > limit ? VersionCursor.Write(items[^1].Number) : null;
        return Reply.Json(200, new Page<AuditReply>(items, next), ReplyJson.Instance.PageAuditReply);
    }
}
