using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Http;

/// <summary>Fulfilments: the board, and what a person may do about one.</summary>
internal static class FulfilmentEndpoints
{
    private static readonly string[] Statuses = ["running", "compensating", "parked", "completed", "compensated"];

    public static void Map(ApiRoutes routes)
    {
        routes.Map(new RouteContract("GET", "/v1/fulfilments", Scopes.OpsRead, "listFulfilments", "Fulfilments and where they stand")
        {
            Reply = typeof(Page<FulfilmentView>),
            Query =
            [
                new QueryParameter("status", "string", "Only in this status.") { Values = Statuses },
                QueryParameter.Cursor, QueryParameter.Limit, QueryParameter.MinPosition,
            ],
        }, List);
        MapAction(routes, "retry", "retryFulfilment", "Tries again now", (call, reason) => new RetryFulfilment(call.Caller.Actor, reason, call.Now));
        MapAction(routes, "skip", "skipCompensationStep", "Goes on as if the parked step were done", (call, reason) =>
            new SkipCompensationStep(call.Caller.Actor, reason, call.Now));
        MapAction(routes, "compensate", "compensateFulfilment", "Undoes everything", (call, reason) =>
            new Compensate(reason, call.Caller.Actor, call.Now));
    }

    private static void MapAction(
        ApiRoutes routes, string action, string name, string summary, Func<Call, string, FulfilmentCommand> command) =>
        routes.Map(new RouteContract("POST", $"/v1/fulfilments/{{orderId}}/{action}", Scopes.OpsAct, name, summary)
        {
            Key = KeyUse.Required,
            IsConditional = true,
            IsAudited = true,
            Body = RequestJson.Strict.ReasonRequest,
            Reply = typeof(FulfilmentReply),
            HasEntityTag = true,
        }, call => Act(call, command));

    private static async Task<Reply> List(Call call)
    {
        var status = call.Query.OneOf("status", Statuses);
        var (cursor, limit) = (call.Query.Cursor(), call.Query.Limit());
        await call.AwaitMinPosition("fulfilment_board");
        var page = await call.ReadModels.ListFulfilments(call.Tenant, status, cursor, limit, call.Aborted);
        return Reply.Json(200, page, ReplyJson.Instance.PageFulfilmentView);
    }

    private static async Task<Reply> Act(Call call, Func<Call, string, FulfilmentCommand> command)
    {
        var id = call.Id("orderId");
        var body = await call.Read(RequestJson.Strict.ReasonRequest);
        var reason = call.Checks.Text("/reason", body.Reason, Limits.TextLength);
        await call.IntendFor(id, $"fulfilment-{id}", reason);
        return await call.Execute<FulfilmentState>(id, command(call, reason), loaded => Reply.Json(
            200, FulfilmentReply.From(loaded.State, loaded.Version, loaded.Position)!, ReplyJson.Instance.FulfilmentReply));
    }
}
