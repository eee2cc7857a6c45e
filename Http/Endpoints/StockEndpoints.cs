using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Http;

/// <summary>Stock, by SKU.</summary>
internal static class StockEndpoints
{
    private const string Levels = "stock_levels";

    public static void Map(ApiRoutes routes)
    {
        routes.Map(new RouteContract("GET", "/v1/stock/{sku}", Scopes.OrdersRead, "getStock", "The pieces of a SKU")
        {
            Reply = typeof(StockView),
            HasEntityTag = true,
            Query = [QueryParameter.MinPosition],
        }, Get);
        routes.Map(new RouteContract("POST", "/v1/stock/{sku}/receipts", Scopes.InventoryWrite, "receiveStock", "Takes pieces into stock")
        {
            Key = KeyUse.Required,
            IsConditional = true,
            Body = RequestJson.Strict.ReceiptRequest,
            Reply = typeof(StockView),
            HasEntityTag = true,
        }, Receive);
    }

    private static async Task<Reply> Get(Call call)
    {
        var sku = call.Sku();
        var view = await call.FindFresh<StockState, StockView>(Levels, sku, () => call.ReadModels.FindStock(call.Tenant, sku, call.Aborted));
        return view is null
            ? throw new ProblemException(Problem.Of(ProblemCodes.StockNotFound, "Nothing of this SKU was ever received or asked for."))
            : Reply.Json(200, view, ReplyJson.Instance.StockView) with { Version = view.Version, Position = view.Position };
    }

    private static async Task<Reply> Receive(Call call)
    {
        var sku = call.Sku();
        var body = await call.Read(RequestJson.Strict.ReceiptRequest);
        var command = new ReceiveStock(call.Checks.Integer("/quantity", body.Quantity, 1, Limits.Quantity), call.Now);
        return await call.Execute<StockState>(sku, command, loaded => Reply.Json(
            200, StockView.From(sku, loaded.State, loaded.Version, loaded.Position), ReplyJson.Instance.StockView));
    }
}
