using System.Text.Json.Nodes;

namespace OrleansOrders.Tests.Http.Contract;

/// <summary>What can be asked about orders, now and in the past.</summary>
public abstract class OrderQueryContract(IApiHost host) : ApiContract(host)
{
    [Fact]
    public async Task A_query_with_the_position_of_a_reply_shows_that_replys_effect()
    {
        var draft = await CreateDraft();
        var placed = (await Api.Post($"/v1/orders/{draft.Id}/place")).Expect(200);
        var found = (await Api.Get($"/v1/orders/{draft.Id}?min-position={placed.Position}")).Expect(200);
        Assert.True(found.Version >= placed.Version);
        Assert.Equal($"\"{found.Version}\"", found.ETag);
    }

    [Fact]
    public async Task A_position_that_nothing_has_reached_is_waited_for_and_then_not_answered_stale()
    {
        var order = await CreateDraft();
        var behind = (await Api.Get($"/v1/orders/{order.Id}?min-position={long.MaxValue}")).ExpectProblem(503, "projection-behind");
        Assert.NotNull(behind.Header("Retry-After"));
    }

    [Fact]
    public async Task What_comes_from_the_log_takes_a_position_too_and_is_never_behind()
    {
        var order = await CreateDraft();
        foreach (var path in (string[])["events", "timeline"])
            (await Api.Get($"/v1/orders/{order.Id}/{path}?min-position={order.Position}")).Expect(200);
        (await Api.Get($"/v1/orders/{order.Id}?version=1&min-position={order.Position}")).Expect(200);
        (await Api.Get($"/v1/payments/{order.Id}?min-position={order.Position}")).ExpectProblem(404, "payment-not-found");
        (await Api.Get($"/v1/payments/{order.Id}?min-position=x")).ExpectError("/min-position", "out-of-range");
    }

    [Fact]
    public async Task What_nobody_ordered_is_not_found()
    {
        (await Api.Get($"/v1/orders/{Unique("none")}")).ExpectProblem(404, "order-not-found");
        (await Api.Get($"/v1/orders/{Unique("none")}/events")).ExpectProblem(404, "order-not-found");
        (await Api.Get($"/v1/orders/{Unique("none")}/timeline")).ExpectProblem(404, "order-not-found");
        (await Api.Get($"/v1/orders/{Unique("none")}?version=1")).ExpectProblem(404, "order-not-found");
    }

    [Fact]
    public async Task Each_version_of_an_order_can_be_seen_again()
    {
        var draft = await CreateDraft(Line("A", 1, 100));
        (await Api.Delete($"/v1/orders/{draft.Id}/items/A")).Expect(200);
        var before = (await Api.Get($"/v1/orders/{draft.Id}?version={draft.Version}")).Expect(200);
        Assert.Equal((draft.Text, draft.ETag), (before.Text, before.ETag));
        var after = (await Api.Get($"/v1/orders/{draft.Id}?version={draft.Version + 1}")).Expect(200);
        Assert.Empty(after.Json["lines"]!.AsArray());
        (await Api.Get($"/v1/orders/{draft.Id}?version={draft.Version + 2}")).ExpectProblem(404, "version-not-found");
    }

    [Fact]
    public async Task An_order_can_be_seen_as_it_was_at_a_time()
    {
        var created = (await Api.Post("/v1/orders", With(With(Order(), "occurredAt", "2011-01-01T10:00:00Z"), "place", false))).Expect(201);
        (await Api.Post($"/v1/orders/{created.Id}/cancel", Reason())).Expect(200);
        Assert.Equal("draft", (await Api.Get($"/v1/orders/{created.Id}?at=2011-01-01T10:00:00Z")).Expect(200).State);
        Assert.Equal("draft", (await Api.Get($"/v1/orders/{created.Id}?at=2011-06-01")).Expect(200).State);
        Assert.Equal("cancelled", (await Api.Get($"/v1/orders/{created.Id}?at=2099-01-01T00:00:00+01:00")).Expect(200).State);
        (await Api.Get($"/v1/orders/{created.Id}?at=2011-01-01T09:59:59Z")).ExpectProblem(404, "version-not-found");
        (await Api.Get($"/v1/orders/{created.Id}?at=2011-01-01T10:00:00Z&version=1")).ExpectError("/at", "excluded-parameter");
    }

    [Fact]
    public async Task The_raw_history_is_paged_without_gap_or_repetition()
    {
        var draft = await CreateDraft([.. Enumerable.Range(0, 6).Select(i => Line($"sku-{i}"))]);
        var versions = new List<long>();
        string? cursor = null;
        do
        {
            var page = (await Api.Get($"/v1/orders/{draft.Id}/events?limit=3{(cursor is null ? "" : $"&cursor={cursor}")}")).Expect(200);
            versions.AddRange(page.Json["items"]!.AsArray().Select(item => (long)item!["version"]!));
            cursor = (string?)page.Json["next"];
        }
        while (cursor is not null);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], versions);
    }

    [Fact]
    public async Task An_event_of_the_raw_history_is_as_it_is_stored()
    {
        var draft = await CreateDraft(Line("A", 2, 300));
        var items = (await Api.Get($"/v1/orders/{draft.Id}/events")).Expect(200).Json["items"]!.AsArray();
        Assert.Equal(["order-created.v1", "order-item-added.v1"], items.Select(item => (string)item!["type"]!));
        var added = items[1]!;
        Assert.Equal((2L, 300L), ((long)added["data"]!["quantity"]!, (long)added["data"]!["unitPrice"]!));
        Assert.Equal(draft.Position, (long)added["position"]!);
        Assert.NotNull(added["metadata"]!["correlationId"]);
        Assert.True(Guid.TryParse((string?)added["eventId"], out _));
        Assert.True((DateTimeOffset)added["recordedAt"]! >= (DateTimeOffset)added["occurredAt"]! - TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task The_timeline_tells_the_whole_story_in_log_order()
    {
        var order = await CreateFulfilled();
        var items = (await Api.Get($"/v1/orders/{order.Id}/timeline")).Expect(200).Json["items"]!.AsArray();
        var positions = items.Select(item => (long)item!["position"]!).ToArray();
        Assert.Equal(positions.Order(), positions);
        var streams = items.Select(item => ((string)item!["stream"]!).Split('-')[0]).ToHashSet();
        Assert.Superset(new HashSet<string> { "order", "payment", "stock", "shipment", "fulfilment" }, streams);
        Assert.All(items, item => Assert.False(string.IsNullOrEmpty((string?)item!["title"])));
        Assert.Contains(items, item => (string)item!["title"]! == "Order placed: 10.00 GBP");
        Assert.Contains(items, item => (string)item!["title"]! == "10.00 GBP captured");
        var started = items.First(item => (string)item!["type"]! == "fulfilment-started.v1")!;
        Assert.NotNull(started["causationId"]);
        Assert.Contains(items, item => (string)item!["eventId"]! == (string)started["causationId"]!);
    }

    [Fact]
    public async Task The_timeline_goes_on_after_an_entry_and_comes_in_pages()
    {
        var order = await CreateFulfilled();
        var path = $"/v1/orders/{order.Id}/timeline";
        var whole = (await Api.Get(path)).Expect(200).Json["items"]!.AsArray().Select(item => item!.ToJsonString()).ToArray();
        var positions = whole.Select(item => (long)JsonNode.Parse(item)!["position"]!).ToArray();
        foreach (var known in (int[])[1, 2, whole.Length / 2, whole.Length - 1, whole.Length])
            Assert.Equal(whole[known..], Items(await Api.Get($"{path}?after={positions[known - 1]}")));
        Assert.Equal(whole, Items(await Api.Get($"{path}?after=0")));
        Assert.Empty(Items(await Api.Get($"{path}?after={long.MaxValue}")));
        var (paged, cursor) = (new List<string>(), "");
        for (var pages = 0; pages == 0 || cursor.Length > 0; pages++)
        {
            var page = await Api.Get($"{path}?limit=7{cursor}");
            paged.AddRange(Items(page));
            cursor = (string?)page.Json["next"] is { } next ? $"&cursor={next}" : "";
        }
        Assert.Equal(whole, paged);
        (await Api.Get($"/v1/orders/{Unique("none")}/timeline?after=1")).ExpectProblem(404, "order-not-found");

        static string[] Items(Answer page) => [.. page.Expect(200).Json["items"]!.AsArray().Select(item => item!.ToJsonString())];
    }

    [Fact]
    public async Task Orders_are_listed_by_customer_newest_first_page_by_page()
    {
        var customer = Unique("c");
        var ids = new List<string>();
        Answer? last = null;
        for (var i = 0; i < 5; i++)
        {
            var body = With(With(Order(), "customerId", customer), "occurredAt", $"2011-01-0{i + 1}T10:00:00Z");
            last = (await Api.Post("/v1/orders", With(body, "place", i % 2 == 0))).Expect(201);
            ids.Insert(0, last.Id);
        }
        var listed = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await Api.Get(
                $"/v1/orders?customer={customer}&limit=2&min-position={last!.Position}{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}")).Expect(200);
            listed.AddRange(page.Json["items"]!.AsArray().Select(item => (string)item!["id"]!));
            cursor = (string?)page.Json["next"];
        }
        while (cursor is not null);
        Assert.Equal(ids, listed);
        var drafts = await Api.Get($"/v1/orders?customer={customer}&status=draft&min-position={last.Position}");
        Assert.Equal(2, drafts.Expect(200).Json["items"]!.AsArray().Count);
        var january = await Api.Get($"/v1/orders?customer={customer}&from=2011-01-02&to=2011-01-04T00:00:00Z&min-position={last.Position}");
        Assert.Equal(2, january.Expect(200).Json["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task Orders_are_found_by_words_of_their_lines()
    {
        var word = Unique("lantern");
        var line = Line("71053");
        line["description"] = $"WHITE METAL {word}";
        var created = (await Api.Post("/v1/orders", Order(line))).Expect(201);
        var found = (await Api.Get($"/v1/orders?q={word}&min-position={created.Position}")).Expect(200);
        Assert.Equal(created.Id, (string)Assert.Single(found.Json["items"]!.AsArray())!["id"]!);
    }

    [Theory]
    [InlineData("/v1/orders?limit=0", "/limit", "out-of-range")]
    [InlineData("/v1/orders?limit=201", "/limit", "out-of-range")]
    [InlineData("/v1/orders?limit=ten", "/limit", "out-of-range")]
    [InlineData("/v1/orders?limit=1&limit=2", "/limit", "repeated-parameter")]
    [InlineData("/v1/orders?status=lost", "/status", "unknown-value")]
    [InlineData("/v1/orders?costumer=1", "", "unknown-parameter")]
    [InlineData("/v1/orders?customer=a%20b", "/customer", "invalid-id")]
    [InlineData("/v1/orders?from=yesterday", "/from", "invalid-time")]
    [InlineData("/v1/orders?from=2011-01-02&to=2011-01-01", "/to", "out-of-range")]
    [InlineData("/v1/orders?q=%00", "/q", "invalid-text")]
    [InlineData("/v1/orders?q=", "/q", "invalid-text")]
    [InlineData("/v1/orders?cursor=nonsense", "/cursor", "invalid-cursor")]
    [InlineData("/v1/orders?cursor=%F0%9F%98%80", "/cursor", "invalid-cursor")]
    [InlineData("/v1/orders?min-position=-1", "/min-position", "out-of-range")]
    [InlineData("/v1/orders/x?version=0", "/version", "out-of-range")]
    [InlineData("/v1/orders/x?version=99999999999999999999", "/version", "out-of-range")]
    [InlineData("/v1/orders/x?at=2011-01-01T10:00:00", "/at", "invalid-time")]
    [InlineData("/v1/orders/x/events?cursor=nonsense", "/cursor", "invalid-cursor")]
    [InlineData("/v1/orders/x/timeline?version=1", "", "unknown-parameter")]
    [InlineData("/v1/orders/x/timeline?after=1&cursor=djE", "/after", "excluded-parameter")]
    [InlineData("/v1/orders/x/timeline?after=-1", "/after", "out-of-range")]
    public async Task A_bad_parameter_is_named(string path, string pointer, string code) => (await Api.Get(path)).ExpectError(pointer, code);

    [Fact]
    public async Task An_offset_with_a_bare_plus_sign_is_understood()
    {
        const string now = "2011-01-01T10:00:00+00:00";
        (await Api.Get($"/v1/orders?from={now}")).Expect(200);
    }
}
