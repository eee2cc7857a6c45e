using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Http;

/// <summary>Refunds: asking for one, and a second person's decision where one is needed.</summary>
internal static class RefundEndpoints
{
    private const string All = "/v1/payments/{orderId}/refunds";
    private const string One = All + "/{refundId}";

    public static void Map(ApiRoutes routes)
    {
        routes.Map(Command(All, "requestRefund",
            "Asks for money to be paid back; the provider is called after the reply. 202 when another person must approve it first") with
        {
            Body = RequestJson.Strict.RefundRequest,
            Success = 201,
            OtherSuccess = 202,
        }, Request);
        routes.Map(new RouteContract("GET", One, Scopes.OrdersRead, "getRefund", "A refund and where it stands")
        {
            Reply = typeof(RefundView),
            Query = [QueryParameter.AnyPosition],
        }, Get);
        routes.Map(Command(One + "/approve", "approveRefund", "Lets a proposed refund go ahead; not for whoever proposed it") with
        {
            Body = RequestJson.Strict.EmptyRequest,
            IsBodyOptional = true,
        }, call => Decide(call, id => new ApproveRefund(id, call.Now)));
        routes.Map(Command(One + "/reject", "rejectRefund", "Turns a proposed refund down; not for whoever proposed it") with
        {
            Body = RequestJson.Strict.ReasonRequest,
        }, Reject);
        routes.Map(Command(One + "/withdraw", "withdrawRefund", "Takes a proposed refund back; only for whoever proposed it") with
        {
            Body = RequestJson.Strict.EmptyRequest,
            IsBodyOptional = true,
        }, call => Decide(call, id => new WithdrawRefund(id, call.Now)));
    }

    private static RouteContract Command(string pattern, string name, string summary) => new("POST", pattern, Scopes.PaymentsRefund, name, summary)
    {
        Key = KeyUse.Required,
        IsConditional = true,
        IsAudited = true,
        Reply = typeof(PaymentView),
        HasEntityTag = true,
    };

    private static async Task<Reply> Request(Call call)
    {
        var id = call.Id("orderId");
        var body = await call.Read(RequestJson.Strict.RefundRequest);
        var amount = call.Checks.Integer("/amount", body.Amount, 1, Limits.OrderTotal);
        var reason = call.Checks.Text("/reason", body.Reason, Limits.TextLength);
        var refundId = Ids.Text(call.CommandId);
        await call.IntendFor(id, $"payment-{id}", reason);
        return await call.Execute<PaymentState>(id, new RequestRefund(refundId, amount, reason, call.Now), loaded =>
            Find(loaded.State, refundId) is { Status: RefundStatus.Proposed }
                ? PaymentEndpoints.ViewOf(loaded, 202) with { Location = $"/v1/payments/{id}/refunds/{refundId}" }
                : PaymentEndpoints.ViewOf(loaded, 201) with { Location = $"/v1/payments/{id}" });
    }

    private static async Task<Reply> Get(Call call)
    {
        var (id, refundId) = (call.Id("orderId"), call.Id("refundId"));
        call.AcceptAnyPosition();
        var loaded = await call.Aggregates.Load<PaymentState>(call.Tenant, id, PointInTime.Latest, call.Aborted);
        return Find(loaded.State, refundId) is { } refund
            ? Reply.Json(200, RefundView.From(refund), ReplyJson.Instance.RefundView)
            : throw new ProblemException(Problem.Of(Refusals.RefundNotFound, "There is no such refund."));
    }

    private static async Task<Reply> Reject(Call call)
    {
        var body = await call.Read(RequestJson.Strict.ReasonRequest);
        var reason = call.Checks.Text("/reason", body.Reason, Limits.TextLength);
        return await Execute(call, id => new RejectRefund(id, reason, call.Now), reason);
    }

    private static async Task<Reply> Decide(Call call, Func<string, RefundCommand> command)
    {
        await call.ReadOptional(RequestJson.Strict.EmptyRequest);
        return await Execute(call, command);
    }

    private static async Task<Reply> Execute(Call call, Func<string, RefundCommand> command, string? reason = null)
    {
        var (id, refundId) = (call.Id("orderId"), call.Id("refundId"));
        await call.IntendFor(id, $"payment-{id}", reason);
        return await call.Execute<PaymentState>(id, command(refundId), loaded => PaymentEndpoints.ViewOf(loaded, 200));
    }

    private static Refund? Find(PaymentState state, string refundId) => state is PaymentState.Existing { Facts.Refunds: var refunds }
        ? refunds.FirstOrDefault(refund => refund.RefundId == refundId)
        : null;
}
