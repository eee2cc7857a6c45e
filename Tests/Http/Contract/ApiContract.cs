using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace OrleansOrders.Tests.Http.Contract;

/// <summary>What the contract's tests share: a client, and orders in the states that they begin with.</summary>
public abstract class ApiContract(IApiHost host)
{
    protected IApiHost Host { get; } = host;

    protected ApiClient Api { get; } = new(host);

    // Letters alone: a run of digits might by chance look like a card number.
    protected static string Unique(string prefix) => $"{prefix}-{RandomNumberGenerator.GetString("abcdefghjkmnpqrstvwxyz", 20)}";

    protected static JsonObject Line(string sku, long quantity = 1, long unitPrice = 100) =>
        new() { ["sku"] = sku, ["quantity"] = quantity, ["unitPrice"] = unitPrice };

    protected static JsonObject Order(params JsonObject[] lines) => new()
    {
        ["customerId"] = "17850",
        ["currency"] = "GBP",
        ["paymentMethod"] = "pm_ok",
        ["lines"] = new JsonArray([.. lines.Length == 0 ? [Line("85123A", 6, 255)] : lines]),
    };

    protected static JsonObject With(JsonObject body, string member, JsonNode? value)
    {
        body[member] = value;
        return body;
    }

    protected static JsonObject Reason(string text = "asked for") => new() { ["reason"] = text };

    /// <summary>An order that nothing fulfils, because it is not placed.</summary>
    protected async Task<Answer> CreateDraft(params JsonObject[] lines) =>
        (await Api.Post("/v1/orders", With(Order(lines), "place", false))).Expect(201);

    /// <summary>An order with stock for it, after its fulfilment has completed.</summary>
    protected async Task<Answer> CreateFulfilled(long quantity = 2, long unitPrice = 500, string paymentMethod = "pm_ok")
    {
        var sku = Unique("sku");
        (await Api.Post($"/v1/stock/{sku}/receipts", new JsonObject { ["quantity"] = quantity })).Expect(200);
        var body = With(Order(Line(sku, quantity, unitPrice)), "paymentMethod", paymentMethod);
        var order = (await Api.Post("/v1/orders", body)).Expect(201);
        await Api.GetUntil($"/v1/orders/{order.Id}/timeline", story => story.Text.Contains("\"fulfilment-completed.v1\"", StringComparison.Ordinal));
        return await Api.Get($"/v1/orders/{order.Id}?version={await HeadVersion(order.Id)}");
    }

    /// <summary>A delivered order of one SKU.</summary>
    protected async Task<Answer> CreateDelivered(long quantity = 2, long unitPrice = 500)
    {
        var order = await CreateFulfilled(quantity, unitPrice);
        var parcel = new JsonObject { ["carrier"] = "Royal Mail", ["trackingNumber"] = "RM 1" };
        (await Api.Post($"/v1/orders/{order.Id}/ship", parcel)).Expect(200);
        return (await Api.Post($"/v1/orders/{order.Id}/deliver")).Expect(200);
    }

    protected async Task<long> HeadVersion(string orderId)
    {
        var events = (await Api.Get($"/v1/orders/{orderId}/events?limit=200")).Expect(200).Json["items"]!.AsArray();
        return (long)events[^1]!["version"]!;
    }
}
