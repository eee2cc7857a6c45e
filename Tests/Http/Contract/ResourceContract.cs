using System.Text.Json.Nodes;

namespace OrleansOrders.Tests.Http.Contract;

/// <summary>Stock, customers, reports and projections.</summary>
public abstract class ResourceContract(IApiHost host) : ApiContract(host)
{
    [Fact]
    public async Task Received_pieces_are_available()
    {
        var sku = $"{Unique("sku")} A";
        var received = (await Api.Post($"/v1/stock/{Uri.EscapeDataString(sku)}/receipts", new JsonObject { ["quantity"] = 12 })).Expect(200);
        Assert.Equal((sku, 12L, 12L), ((string)received.Json["sku"]!, (long)received.Json["available"]!, (long)received.Json["received"]!));
        var found = (await Api.Get($"/v1/stock/{Uri.EscapeDataString(sku)}")).Expect(200);
        Assert.Equal((received.Text, received.ETag), (found.Text, found.ETag));
        (await Api.Get($"/v1/stock/{Uri.EscapeDataString(sku)}", ("If-None-Match", found.ETag!))).Expect(304);
    }

    [Fact]
    public async Task Stock_that_was_never_there_is_not_found() => (await Api.Get($"/v1/stock/{Unique("none")}")).ExpectProblem(404, "stock-not-found");

    [Fact]
    public async Task A_customer_is_registered_changed_and_erased()
    {
        var path = $"/v1/customers/{Unique("c")}";
        var registered = (await Api.Put(path, new JsonObject { ["name"] = "Ada Łukasz", ["email"] = "ada@example.org", ["country"] = "Poland" })).Expect(200);
        Assert.Equal(("registered", "Ada Łukasz", 1L), (registered.State, (string)registered.Json["name"]!, registered.Version));
        var same = (await Api.Put(path, new JsonObject { ["country"] = "Poland", ["name"] = "Ada Łukasz", ["email"] = "ada@example.org" })).Expect(200);
        Assert.Equal(1L, same.Version);
        var changed = (await Api.Put(path, new JsonObject { ["name"] = "Ada", ["phone"] = "+44 (0)20 7946-0958" }, ("If-Match", same.ETag!))).Expect(200);
        Assert.Equal((2L, null), (changed.Version, changed.Json["email"]));
        var erased = (await Api.Delete(path)).Expect(204);
        Assert.Equal(("", "\"3\""), (erased.Text, erased.ETag));
        Assert.NotNull(erased.Header("Orders-Position"));
        (await Api.Delete(path)).Expect(204);
        (await Api.Put(path, new JsonObject { ["name"] = "Ada" })).ExpectProblem(409, "customer-erased");
    }

    [Theory]
    [InlineData("""{}""", "/name", "required")]
    [InlineData("""{"name":""}""", "/name", "blank")]
    [InlineData("""{"name":"A","email":"nobody"}""", "/email", "invalid-email")]
    [InlineData("""{"name":"A","email":"A <a@b.org>"}""", "/email", "invalid-email")]
    [InlineData("""{"name":"A","phone":"call me"}""", "/phone", "invalid-phone")]
    [InlineData("""{"name":"A","vip":true}""", "/vip", "unknown-member")]
    public async Task A_customers_details_are_checked(string body, string pointer, string code) =>
        (await Api.Put($"/v1/customers/{Unique("c")}", JsonNode.Parse(body)!)).ExpectError(pointer, code);

    [Fact]
    public async Task A_customer_who_is_not_there_cannot_be_erased() =>
        (await Api.Delete($"/v1/customers/{Unique("none")}")).ExpectProblem(404, "customer-not-found");

    [Fact]
    public async Task Sales_count_what_was_placed_and_not_cancelled()
    {
        var sku = Unique("sku");
        (await Api.Post($"/v1/stock/{sku}/receipts", new JsonObject { ["quantity"] = 3 })).Expect(200);
        var kept = With(Order(Line(sku, 3, 1_000)), "occurredAt", "2009-03-04T23:59:59Z");
        (await Api.Post("/v1/orders", With(kept, "country", "Eire"))).Expect(201);
        (await Api.Post("/v1/orders", With(Order(Line(sku, 1, 1)), "place", false))).Expect(201);
        var lost = (await Api.Post("/v1/orders", Order(Line(sku, 5, 1_000)))).Expect(201);
        var last = (await Api.Post($"/v1/orders/{lost.Id}/cancel", Reason())).Expect(200);

        var report = (await Api.Get($"/v1/reports/sales?groupBy=sku&from=2009-03-04&min-position={last.Position}")).Expect(200);
        var row = Assert.Single(report.Json["rows"]!.AsArray(), row => (string)row!["key"]! == sku)!;
        Assert.Equal(("GBP", 1L, 3L, 3_000L), ((string)row["currency"]!, (long)row["orders"]!, (long)row["quantity"]!, (long)row["gross"]!));
        var day = (await Api.Get("/v1/reports/sales?groupBy=day&from=2009-03-04&to=2009-03-04")).Expect(200);
        Assert.Contains(day.Json["rows"]!.AsArray(), row => (string)row!["key"]! == "2009-03-04");
        Assert.Contains(report.Json["totals"]!.AsArray(), row => (string)row!["currency"]! == "GBP");
    }

    [Theory]
    [InlineData("groupBy=month", "/groupBy", "unknown-value")]
    [InlineData("from=2011-13-01", "/from", "invalid-time")]
    [InlineData("from=2011-01-01T00:00:00Z", "/from", "invalid-time")]
    [InlineData("from=2011-01-02&to=2011-01-01", "/to", "out-of-range")]
    [InlineData("group=day", "", "unknown-parameter")]
    public async Task A_reports_parameters_are_checked(string query, string pointer, string code) =>
        (await Api.Get($"/v1/reports/sales?{query}")).ExpectError(pointer, code);

    [Fact]
    public async Task Every_projection_says_how_far_it_is()
    {
        var order = await CreateDraft();
        await Api.Get($"/v1/orders/{order.Id}?min-position={order.Position}");
        var items = (await Api.Get("/v1/projections")).Expect(200).Json["items"]!.AsArray();
        Assert.Equal(
            ["customer_orders", "fulfilment_board", "order_details", "order_search", "sales", "stock_levels"],
            items.Select(item => (string)item!["name"]!).Order());
        var details = items.Single(item => (string)item!["name"]! == "order_details")!;
        Assert.True((long)details["position"]! >= order.Position);
        Assert.Equal((long)details["end"]! - (long)details["position"]!, (long)details["lagEvents"]!);
    }

    [Fact]
    public async Task Whoever_follows_the_log_says_how_far_it_is()
    {
        var order = await CreateFulfilled();
        await Api.GetUntil("/v1/consumers", list => list.Json["items"]!.AsArray().Any(item =>
            (string)item!["name"]! == "reactions" && (long)item["position"]! >= order.Position));
        var items = (await Api.Get("/v1/consumers")).Expect(200).Json["items"]!.AsArray();
        Assert.Superset(new HashSet<string> { "reactions", "order_details", "stock_levels" }, items.Select(item => (string)item!["name"]!).ToHashSet());
        Assert.All(items, item => Assert.Equal((long)item!["end"]! - (long)item["position"]!, (long)item["lagEvents"]!));
    }

    [Fact]
    public async Task A_projection_can_be_rebuilt()
    {
        await CreateDraft();
        var started = await Api.Send(HttpMethod.Post, "/v1/projections/stock_levels/rebuild", """{"maximumDifferences":1000}""", null);
        Assert.True(started.Status == 202 || started.Code == "rebuild-running", started.Text);
        await Api.GetUntil("/v1/projections", list => list.Json["items"]!.AsArray()
            .Any(item => (string)item!["name"]! == "stock_levels" && (string?)item["rebuild"]?["phase"] == "switched"));
    }

    [Theory]
    [InlineData("/v1/projections/none/rebuild", null, 404, "projection-not-found")]
    [InlineData("/v1/projections/sales/rebuild", """{"maximumDifferences":-1}""", 400, "invalid-request")]
    [InlineData("/v1/projections/sales/rebuild", """{"force":true}""", 400, "invalid-request")]
    public async Task A_rebuild_of_nothing_or_with_nonsense_is_refused(string path, string? body, int status, string code) =>
        (await Api.Send(HttpMethod.Post, path, body, null)).ExpectProblem(status, code);
}
