using System.Text.Json.Nodes;

namespace OrleansOrders.Tests.Http.Contract;

/// <summary>An order's commands.</summary>
public abstract class OrderContract(IApiHost host) : ApiContract(host)
{
    [Fact]
    public async Task An_order_is_created_and_placed_with_one_request()
    {
        var body = Order(Line("85123A", 6, 255), Line("BANK CHARGES", 1, 1_500));
        body["shippingAddress"] = "1 High Street, Ünderby";
        body["country"] = "United Kingdom";
        var created = (await Api.Post("/v1/orders", body)).Expect(201);

        Assert.Equal("placed", created.State);
        Assert.Equal((6 * 255) + 1_500, (long)created.Json["total"]!);
        Assert.Equal("United Kingdom", (string?)created.Json["country"]);
        Assert.Equal("1 High Street, Ünderby", (string?)created.Json["shippingAddress"]);
        Assert.Equal("BANK CHARGES", (string?)created.Json["lines"]![1]!["sku"]);
        Assert.Equal($"/v1/orders/{created.Id}", created.Headers.Location!.ToString());
        Assert.Equal($"\"{created.Version}\"", created.ETag);
        Assert.Equal(created.Position.ToString(System.Globalization.CultureInfo.InvariantCulture), created.Header("Orders-Position"));
        Assert.Null(created.Header("Idempotent-Replayed"));
        Assert.Equal("application/json", created.MediaType);
    }

    [Fact]
    public async Task A_new_order_is_found_at_once_at_its_location()
    {
        for (var i = 0; i < 5; i++)
        {
            var created = (await Api.Post("/v1/orders", Order())).Expect(201);
            var found = (await Api.Get(created.Headers.Location!.ToString())).Expect(200);
            Assert.Equal(created.Id, found.Id);
        }
    }

    [Fact]
    public async Task An_order_may_have_happened_in_the_past()
    {
        var created = (await Api.Post("/v1/orders", With(Order(), "occurredAt", "2010-12-01T08:26:00+02:00"))).Expect(201);
        Assert.Equal(new DateTimeOffset(2010, 12, 1, 6, 26, 0, TimeSpan.Zero), (DateTimeOffset)created.Json["placedAt"]!);
    }

    [Fact]
    public async Task A_draft_takes_and_loses_lines_until_it_is_placed()
    {
        var draft = await CreateDraft(Line("A", 1, 100));
        Assert.Equal("draft", draft.State);
        var more = new JsonObject { ["lines"] = new JsonArray(Line("A", 2, 100), Line("B C", 1, 50)) };
        var added = (await Api.Post($"/v1/orders/{draft.Id}/items", more)).Expect(200);
        Assert.Equal((2, 350L), (added.Json["lines"]!.AsArray().Count, (long)added.Json["total"]!));
        var removed = (await Api.Delete($"/v1/orders/{draft.Id}/items/B%20C")).Expect(200);
        Assert.Equal(300L, (long)removed.Json["total"]!);

        var placed = (await Api.Post($"/v1/orders/{draft.Id}/place")).Expect(200);
        Assert.Equal("placed", placed.State);
        (await Api.Post($"/v1/orders/{draft.Id}/items", new JsonObject { ["lines"] = new JsonArray(Line("A")) }))
            .ExpectProblem(409, "order-not-draft");
        (await Api.Delete($"/v1/orders/{draft.Id}/items/A")).ExpectProblem(409, "order-not-draft");
    }

    [Fact]
    public async Task A_draft_may_have_been_placed_in_the_past()
    {
        var draft = (await Api.Post("/v1/orders", With(With(Order(), "place", false), "occurredAt", "2010-12-01T08:26:00Z"))).Expect(201);
        var placed = (await Api.Post($"/v1/orders/{draft.Id}/place", new JsonObject { ["occurredAt"] = "2010-12-01T08:27:00Z" })).Expect(200);
        Assert.Equal(new DateTimeOffset(2010, 12, 1, 8, 27, 0, TimeSpan.Zero), (DateTimeOffset)placed.Json["placedAt"]!);
    }

    [Fact]
    public async Task A_line_that_is_not_there_cannot_be_removed()
    {
        var draft = await CreateDraft();
        (await Api.Delete($"/v1/orders/{draft.Id}/items/other")).ExpectProblem(404, "item-not-found");
    }

    [Fact]
    public async Task An_order_grows_to_a_thousand_lines_by_several_requests_and_no_further()
    {
        var draft = await CreateDraft(Lines(0, 100));
        for (var i = 1; i < 10; i++)
            (await Api.Post($"/v1/orders/{draft.Id}/items", Items(Lines(i * 100, 100)))).Expect(200);
        (await Api.Post($"/v1/orders/{draft.Id}/items", Items(Lines(1_000, 1)))).ExpectProblem(422, "order-too-large");
        Assert.Equal(1_000, (await Api.Get($"/v1/orders/{draft.Id}?min-position={await HeadPosition(draft.Id)}")).Json["lines"]!.AsArray().Count);

        static JsonObject Items(JsonObject[] lines) => new() { ["lines"] = new JsonArray([.. lines]) };
        static JsonObject[] Lines(int first, int count) => [.. Enumerable.Range(first, count).Select(i => Line($"sku-{i}"))];
    }

    [Fact]
    public async Task A_total_beyond_the_limit_is_refused_by_the_rules() => (await Api.Post("/v1/orders", Order(Line("A", 1_000_000, 10_000_000_000))))
        .ExpectProblem(422, "amount-overflow");

    [Fact]
    public async Task A_placed_order_can_be_cancelled_and_stays_cancelled()
    {
        var order = await CreateFulfilled(); // one without stock might be cancelled by its own fulfilment first
        var cancelled = (await Api.Post($"/v1/orders/{order.Id}/cancel", Reason("changed my mind"))).Expect(200);
        Assert.Equal(("cancelled", "changed my mind"), (cancelled.State, (string?)cancelled.Json["cancelReason"]));
        (await Api.Post($"/v1/orders/{order.Id}/cancel", Reason())).Expect(200);
        (await Api.Post($"/v1/orders/{order.Id}/place")).ExpectProblem(409, "order-cancelled");
    }

    [Fact]
    public async Task A_confirmed_order_is_shipped_delivered_and_returned()
    {
        var order = await CreateFulfilled(quantity: 3, unitPrice: 250);
        (await Api.Post($"/v1/orders/{order.Id}/deliver")).ExpectProblem(409, "order-not-shipped");
        var parcel = new JsonObject { ["carrier"] = "DPD", ["trackingNumber"] = "T-7" };
        var shipped = (await Api.Post($"/v1/orders/{order.Id}/ship", parcel)).Expect(200);
        Assert.Equal(("shipped", "DPD", "T-7"), (shipped.State, (string?)shipped.Json["carrier"], (string?)shipped.Json["trackingNumber"]));
        (await Api.Post($"/v1/orders/{order.Id}/cancel", Reason())).ExpectProblem(409, "order-already-shipped");
        Assert.Equal("delivered", (await Api.Post($"/v1/orders/{order.Id}/deliver")).Expect(200).State);

        var sku = (string)order.Json["lines"]![0]!["sku"]!;
        var returned = (await Api.Post($"/v1/orders/{order.Id}/returns", Return(sku, 2))).Expect(200);
        Assert.Equal(2L, (long)returned.Json["lines"]![0]!["returned"]!);
        (await Api.Post($"/v1/orders/{order.Id}/returns", Return(sku, 2))).ExpectProblem(422, "return-exceeds-delivered");
    }

    [Fact]
    public async Task Goods_cannot_leave_before_the_order_is_confirmed()
    {
        var draft = await CreateDraft();
        var parcel = new JsonObject { ["carrier"] = "DPD", ["trackingNumber"] = "T-7" };
        (await Api.Post($"/v1/orders/{draft.Id}/ship", parcel)).ExpectProblem(409, "order-not-confirmed");
        (await Api.Post($"/v1/orders/{draft.Id}/returns", Return("A", 1))).ExpectProblem(409, "order-not-shipped");
    }

    [Theory]
    [InlineData("place", null)]
    [InlineData("deliver", "{}")]
    [InlineData("cancel", """{"reason":"r"}""")]
    [InlineData("ship", """{"carrier":"c","trackingNumber":"t"}""")]
    [InlineData("items", """{"lines":[{"sku":"a","quantity":1,"unitPrice":1}]}""")]
    [InlineData("returns", """{"lines":[{"sku":"a","quantity":1}],"reason":"r"}""")]
    public async Task A_command_to_an_order_that_does_not_exist_finds_nothing(string command, string? body) =>
        (await Api.Post($"/v1/orders/{Unique("none")}/{command}", body is null ? null : JsonNode.Parse(body))).ExpectProblem(404, "order-not-found");

    private static JsonObject Return(string sku, long quantity) => new()
    {
        ["lines"] = new JsonArray(new JsonObject { ["sku"] = sku, ["quantity"] = quantity }),
        ["reason"] = "broken",
    };

    private async Task<long> HeadPosition(string id) => (await Api.Get($"/v1/orders/{id}/timeline")).Json["items"]!.AsArray().Max(item => (long)item!["position"]!);
}
