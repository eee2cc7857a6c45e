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

    public static Reply ViewOf(Loaded<PaymentState> loaded, int status) => Reply.Json(
        status, PaymentView.From(loaded.State, loaded.Version, loaded.Position)!, ReplyJson.Instance.PaymentView);
}
