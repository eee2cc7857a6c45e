using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Http;

/// <summary>Payments, one per order, read from their own streams.</summary>
internal static class PaymentEndpoints
{
    public static void Map(ApiRoutes routes)
    {
        routes.Map(new RouteContract("GET", "/v1/payments/{orderId}", Scopes.OrdersRead, "getPayment", "The payment of an order")
        {
            Reply = typeof(PaymentView),
            HasEntityTag = true,
            Query = [QueryParameter.AnyPosition],
        }, Get);
        routes.Map(new RouteContract("POST", "/v1/payments/{orderId}/refunds", Scopes.PaymentsRefund, "requestRefund",
            "Asks for money to be paid back; the provider is called after the reply")
        {
            Key = KeyUse.Required,
            IsConditional = true,
            IsAudited = true,
            Body = RequestJson.Strict.RefundRequest,
            Success = 201,
            Reply = typeof(PaymentView),
            HasEntityTag = true,
        }, Refund);
    }

    private static async Task<Reply> Get(Call call)
    {
        var id = call.Id("orderId");
        call.AcceptAnyPosition();
        var loaded = await call.Aggregates.Load<PaymentState>(call.Tenant, id, PointInTime.Latest, call.Aborted);
        return PaymentView.From(loaded.State, loaded.Version, loaded.Position) is null
            ? throw new ProblemException(Problem.Of(Refusals.PaymentNotFound, "There is no such payment."))
            : ViewOf(loaded, 200) with { Version = loaded.Version, Position = loaded.Position };
    }

    private static async Task<Reply> Refund(Call call)
    {
        var id = call.Id("orderId");
        var body = await call.Read(RequestJson.Strict.RefundRequest);
        var amount = call.Checks.Integer("/amount", body.Amount, 1, Limits.OrderTotal);
        var reason = call.Checks.Text("/reason", body.Reason, Limits.TextLength);
        var command = new RequestRefund(Ids.Text(call.CommandId), amount, reason, call.Now);
        await call.Intend($"payment-{id}", reason);
        var reply = await call.Execute<PaymentState>(id, command, loaded => ViewOf(loaded, 201));
        return reply with { Location = $"/v1/payments/{id}" };
    }

    private static Reply ViewOf(Loaded<PaymentState> loaded, int status) => Reply.Json(
        status, PaymentView.From(loaded.State, loaded.Version, loaded.Position)!, ReplyJson.Instance.PaymentView);
}
