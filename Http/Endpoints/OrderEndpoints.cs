using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Http;

/// <summary>Orders: the commands.</summary>
internal static class OrderEndpoints
{
    private const string One = "/v1/orders/{id}";

    public static void Map(ApiRoutes routes)
    {
        routes.Map(new RouteContract("POST", "/v1/orders", Scopes.OrdersWrite, "createOrder", "Opens an order and, by default, places it")
        {
            Key = KeyUse.Required,
            IsConditional = true,
            Body = RequestJson.Strict.CreateOrderRequest,
            Success = 201,
            Reply = typeof(OrderView),
            HasEntityTag = true,
        }, Create);
        routes.Map(Command("POST", One + "/items", "addItems", "Adds lines to a draft") with
        {
            Body = RequestJson.Strict.AddItemsRequest,
        }, AddItems);
        routes.Map(Command("DELETE", One + "/items/{sku}", "removeItem", "Removes every line of a SKU from a draft") with
        {
            Key = KeyUse.Optional,
        }, RemoveItem);
        routes.Map(Command("POST", One + "/place", "placeOrder", "Places a draft") with
        {
            Body = RequestJson.Strict.PlaceRequest,
            IsBodyOptional = true,
        }, Place);
        routes.Map(Command("POST", One + "/cancel", "cancelOrder", "Cancels an order whose goods have not left") with
        {
            Body = RequestJson.Strict.ReasonRequest,
        }, Cancel);
        routes.Map(Command("POST", One + "/ship", "shipOrder", "Hands a confirmed order's goods to the carrier") with
        {
            Body = RequestJson.Strict.ShipRequest,
        }, Ship);
        routes.Map(Command("POST", One + "/deliver", "deliverOrder", "Marks a shipped order as delivered") with
        {
            Body = RequestJson.Strict.EmptyRequest,
            IsBodyOptional = true,
        }, Deliver);
        routes.Map(Command("POST", One + "/returns", "returnItems", "Takes delivered goods back") with
        {
            Body = RequestJson.Strict.ReturnRequest,
        }, Return);
    }

    private static RouteContract Command(string method, string pattern, string name, string summary) =>
        new(method, pattern, Scopes.OrdersWrite, name, summary)
        {
            Key = KeyUse.Required,
            IsConditional = true,
            Reply = typeof(OrderView),
            HasEntityTag = true,
        };

    private static async Task<Reply> Create(Call call)
    {
        var body = await call.Read(RequestJson.Strict.CreateOrderRequest);
        var checks = call.Checks;
        var id = Ids.Text(call.CommandId);
        var command = new CreateOrder(
            id, checks.Id("/customerId", body.CustomerId), checks.Currency("/currency", body.Currency),
            checks.PaymentMethod("/paymentMethod", body.PaymentMethod),
            checks.OptionalText("/shippingAddress", body.ShippingAddress, Limits.TextLength),
            body.Country is null ? null : checks.Text("/country", body.Country, ApiLimits.ShortTextLength),
            [.. checks.Lines("/lines", body.Lines, Line(checks))], body.Place ?? true, checks.OccurredAt("/occurredAt", body.OccurredAt));
        var reply = await call.Execute<OrderState>(id, command, loaded => ViewOf(loaded, 201));
        return reply with { Location = $"/v1/orders/{id}" };
    }

    private static async Task<Reply> AddItems(Call call)
    {
        var id = call.Id("id");
        var body = await call.Read(RequestJson.Strict.AddItemsRequest);
        return await Execute(call, id, new AddItems([.. call.Checks.Lines("/lines", body.Lines, Line(call.Checks))], call.Now));
    }

    private static Task<Reply> RemoveItem(Call call) => Execute(call, call.Id("id"), new RemoveItem(call.Sku(), call.Now));

    private static async Task<Reply> Place(Call call)
    {
        var id = call.Id("id");
        var body = await call.ReadOptional(RequestJson.Strict.PlaceRequest);
        return await Execute(call, id, new PlaceOrder(call.Checks.OccurredAt("/occurredAt", body?.OccurredAt)));
    }

    private static async Task<Reply> Deliver(Call call)
    {
        var id = call.Id("id");
        await call.ReadOptional(RequestJson.Strict.EmptyRequest);
        return await Execute(call, id, new DeliverOrder(call.Now));
    }

    private static async Task<Reply> Cancel(Call call)
    {
        var id = call.Id("id");
        var body = await call.Read(RequestJson.Strict.ReasonRequest);
        return await Execute(call, id, new CancelOrder(call.Checks.Text("/reason", body.Reason, Limits.TextLength), call.Now));
    }

    private static async Task<Reply> Ship(Call call)
    {
        var id = call.Id("id");
        var body = await call.Read(RequestJson.Strict.ShipRequest);
        var carrier = call.Checks.Text("/carrier", body.Carrier, ApiLimits.ShortTextLength);
        var trackingNumber = call.Checks.Text("/trackingNumber", body.TrackingNumber, ApiLimits.ShortTextLength);
        return await Execute(call, id, new ShipOrder(carrier, trackingNumber, call.Now));
    }

    private static async Task<Reply> Return(Call call)
    {
        var id = call.Id("id");
        var body = await call.Read(RequestJson.Strict.ReturnRequest);
        var lines = call.Checks.Lines("/lines", body.Lines, (string pointer, ReturnLineRequest line) => new ItemQuantity(
            call.Checks.Sku(pointer + "/sku", line.Sku),
            call.Checks.Integer(pointer + "/quantity", line.Quantity, 1, Limits.Quantity)));
        var reason = call.Checks.Text("/reason", body.Reason, Limits.TextLength);
        return await Execute(call, id, new ReturnItems([.. lines], reason, call.Now));
    }

    private static Func<string, LineRequest, LineItem> Line(Checks checks) => (pointer, line) => new LineItem(
        checks.Sku(pointer + "/sku", line.Sku),
        checks.Integer(pointer + "/quantity", line.Quantity, 1, Limits.Quantity),
        checks.Integer(pointer + "/unitPrice", line.UnitPrice, 1, Limits.UnitPrice),
        checks.OptionalText(pointer + "/description", line.Description, Limits.TextLength));

    private static Task<Reply> Execute(Call call, string id, OrderCommand command) =>
        call.Execute<OrderState>(id, command, loaded => ViewOf(loaded, 200));

    internal static Reply ViewOf(Loaded<OrderState> loaded, int status) => Reply.Json(
        status, OrderView.From((OrderState.Existing)loaded.State, loaded.Version, loaded.Position), ReplyJson.Instance.OrderView);
}
