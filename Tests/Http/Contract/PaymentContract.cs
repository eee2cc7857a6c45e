using System.Text.Json.Nodes;

namespace OrleansOrders.Tests.Http.Contract;

/// <summary>Money.</summary>
public abstract class PaymentContract(IApiHost host) : ApiContract(host)
{
    [Fact]
    public async Task A_fulfilled_order_is_paid_once()
    {
        var order = await CreateFulfilled(quantity: 2, unitPrice: 500);
        var payment = (await Api.Get($"/v1/payments/{order.Id}")).Expect(200);
        Assert.Equal(("captured", 1_000L, 1_000L, 0L), (payment.State, (long)payment.Json["amount"]!, (long)payment.Json["captured"]!, (long)payment.Json["refunded"]!));
        Assert.Equal($"\"{payment.Version}\"", payment.ETag);
        (await Api.Get($"/v1/payments/{order.Id}", ("If-None-Match", payment.ETag!))).Expect(304);
    }

    [Fact]
    public async Task A_declined_payment_says_so()
    {
        var sku = Unique("sku");
        (await Api.Post($"/v1/stock/{sku}/receipts", new JsonObject { ["quantity"] = 1 })).Expect(200);
        var order = (await Api.Post("/v1/orders", With(Order(Line(sku)), "paymentMethod", "pm_declined"))).Expect(201);
        var cancelled = await Api.GetUntil($"/v1/orders/{order.Id}", answer => answer.Status == 200 && answer.State == "cancelled");
        Assert.Equal("cancelled", cancelled.State);
        Assert.Equal("declined", (await Api.Get($"/v1/payments/{order.Id}")).Expect(200).State);
        (await Api.Post($"/v1/payments/{order.Id}/refunds", Refund(1))).ExpectProblem(409, "payment-not-captured");
    }

    [Fact]
    public async Task A_refund_is_promised_at_once_and_paid_by_the_provider_afterwards()
    {
        var order = await CreateFulfilled(quantity: 2, unitPrice: 500);
        var key = ApiClient.NewKey();
        var asked = (await Api.Post($"/v1/payments/{order.Id}/refunds", Refund(300), key)).Expect(201);
        var refund = Assert.Single(asked.Json["refunds"]!.AsArray())!;
        Assert.Equal((300L, "requested"), ((long)refund["amount"]!, (string)refund["status"]!));
        Assert.Equal($"/v1/payments/{order.Id}", asked.Headers.Location!.ToString());

        await Api.GetUntil($"/v1/payments/{order.Id}", payment => (long)payment.Json["refunded"]! == 300);
        var again = (await Api.Post($"/v1/payments/{order.Id}/refunds", Refund(300), key)).Expect(201);
        Assert.Equal((true, asked.Text), (again.IsReplayed, again.Text));
        (await Api.Post($"/v1/payments/{order.Id}/refunds", Refund(701))).ExpectProblem(422, "refund-exceeds-captured");
        (await Api.Post($"/v1/payments/{order.Id}/refunds", Refund(700))).Expect(201);
        await Api.GetUntil($"/v1/payments/{order.Id}", payment => (long)payment.Json["refunded"]! == 1_000);
    }

    [Fact]
    public async Task Without_an_order_there_is_no_payment()
    {
        (await Api.Get($"/v1/payments/{Unique("none")}")).ExpectProblem(404, "payment-not-found");
        (await Api.Post($"/v1/payments/{Unique("none")}/refunds", Refund(1))).ExpectProblem(404, "payment-not-found");
        (await Api.Get("/v1/payments/a%20b")).ExpectError("/orderId", "invalid-id");
    }

    private static JsonObject Refund(long amount) => new() { ["amount"] = amount, ["reason"] = "broken" };
}
