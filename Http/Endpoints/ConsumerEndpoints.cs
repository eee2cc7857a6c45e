using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Http;

/// <summary>Who follows the log, and how far behind each is.</summary>
internal static class ConsumerEndpoints
{
    public static void Map(ApiRoutes routes) => routes.Map(new RouteContract("GET", "/v1/consumers", Scopes.OpsRead, "listConsumers",
        "Everything that follows the log: publisher, reactions, notifications, read models, with lag and dead letters")
    {
        Reply = typeof(Page<ConsumerStatus>),
    }, List);

    private static async Task<Reply> List(Call call)
    {
        call.Checks.ThrowIfAny();
        var consumers = await call.ReadModels.ListConsumers(call.Aborted);
        var shown = new List<ConsumerStatus>(consumers.Count);
        foreach (var consumer in consumers)
            shown.Add(consumer with { OldestOrder = await call.OwnOrNull(consumer.OldestOrder) });
        return Reply.Json(200, new Page<ConsumerStatus>(shown, null), ReplyJson.Instance.PageConsumerStatus);
    }
}
