using System.Text.Json.Nodes;

namespace OrleansOrders.Tests.Http.Contract;

/// <summary>Events that cannot be read: they park their own order, and a person repairs and replays them.</summary>
public abstract class DeadLetterContract(IApiHost host) : ApiContract(host)
{
    private const string Confirmed = """{"at":"2026-01-02T03:04:05+00:00"}""";

    [Fact]
    public async Task A_poison_event_parks_only_its_own_order_and_after_repair_and_replay_the_story_is_whole()
    {
        var order = await CreateDraft();
        await Host.AppendForeign("order", order.Id, "order-item-removed.v99", """{"sku":"85123A","at":"2026-01-02T03:04:05+00:00"}""");
        var other = await CreateFulfilled();
        var letters = await Letters(order.Id, 5);
        Assert.Equal(["customer_orders", "order_details", "order_search", "reactions", "sales"], letters.Select(letter => (string)letter!["consumer"]!).Order(StringComparer.Ordinal));
        await Api.GetUntil($"/v1/orders/{other.Id}", view => view.Status == 200 && view.State == "confirmed");

        var answer = (await Api.Post($"/v1/orders/{order.Id}/items", new JsonObject { ["lines"] = new JsonArray(Line("tea")) })).ExpectProblem(500, "event-unreadable");
        Assert.Contains("order-item-removed.v99", (string)answer.Json["detail"]!, StringComparison.Ordinal);
        (await Api.Get($"/v1/orders/{order.Id}/timeline")).ExpectProblem(500, "event-unreadable");
        (await Api.Get($"/v1/orders/{order.Id}/timeline?after={order.Position}")).ExpectProblem(500, "event-unreadable");

        var id = (string)letters[0]!["id"]!;
        var shown = (await Api.Get($"/v1/dead-letters/{id}")).Expect(200).Json;
        Assert.Equal("85123A", (string)shown["data"]!["sku"]!);
        var key = ApiClient.NewKey();
        var repair = Repair("order-item-removed.v1", shown["data"]!.DeepClone());
        Assert.Equal(1, (int)(await Api.Post($"/v1/dead-letters/{id}/repair", repair, key)).Expect(200).Json["number"]!);
        Assert.True((await Api.Post($"/v1/dead-letters/{id}/repair", repair.DeepClone(), key)).Expect(200).IsReplayed);
        (await Api.Post($"/v1/dead-letters/{id}/repair", Repair("order-confirmed.v1", JsonNode.Parse(Confirmed)!), key)).ExpectProblem(422, "idempotency-key-reused");
        (await Api.Post($"/v1/dead-letters/{id}/repair", repair.DeepClone())).ExpectProblem(409, "event-not-damaged");

        var set = new JsonObject { ["reason"] = "repaired", ["stream"] = $"order-{order.Id}" };
        Assert.Equal(5, (int)(await Api.Post("/v1/dead-letters/replay", With((JsonObject)set.DeepClone(), "dryRun", true))).Expect(200).Json["wouldReplay"]!);
        var summary = (await Api.Post("/v1/dead-letters/replay", set)).Expect(200).Json;
        Assert.Equal((4, 1, 0), ((int)summary["replayed"]!, (int)summary["requested"]!, (int)summary["stillParked"]!));
        await Api.GetUntil($"/v1/dead-letters?state=open&stream=order-{order.Id}", page => page.Json["items"]!.AsArray().Count == 0);

        Assert.Empty((await Api.Get($"/v1/orders/{order.Id}")).Expect(200).Json["lines"]!.AsArray());
        (await Api.Post($"/v1/orders/{order.Id}/items", new JsonObject { ["lines"] = new JsonArray(Line("tea")) })).Expect(200);
        var story = (await Api.Get($"/v1/orders/{order.Id}/timeline")).Expect(200).Json["items"]!.AsArray();
        var repaired = story.Single(entry => entry!["repair"] is not null)!;
        var tail = (await Api.Get($"/v1/orders/{order.Id}/timeline?after={order.Position}")).Expect(200).Json["items"]!.AsArray();
        Assert.Equal(repaired.ToJsonString(), tail[0]!.ToJsonString());
        Assert.Equal(("order-item-removed.v1", "order-item-removed.v99", "a newer writer"), ((string)repaired["type"]!, (string)repaired["repair"]!["storedType"]!, (string)repaired["repair"]!["reason"]!));
        Assert.Equal(["repair", "dry-run", "replay"], (await Api.Get($"/v1/dead-letters/{id}")).Json["actions"]!.AsArray().Select(action => (string)action!["action"]!));
    }

    [Fact]
    public async Task A_letter_is_replayed_alone_and_tells_why_it_still_fails()
    {
        var order = await CreateDraft();
        await Host.AppendForeign("order", order.Id, "order-confirmed.v99", Confirmed);
        var letter = (await Letters(order.Id, 5)).Single(one => (string)one!["consumer"]! == "order_details")!;
        var path = $"/v1/dead-letters/{(string)letter["id"]!}";

        Assert.Equal("would-stay-parked", (string)(await Api.Post(path + "/replay", With(Reason(), "dryRun", true))).Expect(200).Json["outcome"]!);
        var still = (await Api.Post(path + "/replay", Reason())).Expect(200).Json;
        Assert.Equal("still-parked", (string)still["outcome"]!);
        Assert.Contains("not an event that this version knows", (string)still["cause"]!, StringComparison.Ordinal);
        (await Api.Post(path + "/repair", Repair("order-confirmed.v1", JsonNode.Parse(Confirmed)!))).ExpectError("/data", "impossible-event");
    }

    [Fact]
    public async Task What_is_wrong_with_a_repair_is_named()
    {
        var order = await CreateDraft();
        await Host.AppendForeign("order", order.Id, "order-confirmed.v99", Confirmed);
        var path = $"/v1/dead-letters/{(string)(await Letters(order.Id, 1))[0]!["id"]!}/repair";

        (await Api.Post(path, Repair("order-teleported.v1", new JsonObject()))).ExpectError("/type", "unknown-value");
        (await Api.Post(path, Repair("stock-received.v1", JsonNode.Parse("""{"quantity":1,"at":"2026-01-02T03:04:05+00:00"}""")!))).ExpectError("/type", "unknown-value");
        (await Api.Post(path, Repair("order-confirmed.v1", new JsonObject()))).ExpectError("/data", "wrong-type");
        (await Api.Post(path, Repair("order-confirmed.v1", JsonValue.Create(7)))).ExpectError("/data", "wrong-type");
        (await Api.Post(path, new JsonObject { ["reason"] = " " })).ExpectError("/data", "required").ExpectError("/reason", "blank");
        (await Api.Post(path, Repair("order-confirmed.v1", new JsonObject { ["at"] = "4111 1111 1111 1111" }))).ExpectProblem(400, "card-number");
        (await Api.Send(HttpMethod.Post, path, Reason().ToJsonString(), null)).ExpectProblem(400, "idempotency-key-required");
    }

    [Fact]
    public async Task Letters_are_paged_and_filtered()
    {
        var order = await CreateDraft();
        await Host.AppendForeign("order", order.Id, "order-confirmed.v99", Confirmed);
        await Letters(order.Id, 5);
        var path = $"/v1/dead-letters?stream=order-{order.Id}&limit=3";
        var first = (await Api.Get(path)).Expect(200);
        var second = (await Api.Get($"{path}&cursor={Uri.EscapeDataString((string)first.Json["next"]!)}")).Expect(200);
        Assert.Equal((3, 2, null), (first.Json["items"]!.AsArray().Count, second.Json["items"]!.AsArray().Count, (string?)second.Json["next"]));

        Assert.Single((await Api.Get($"{path}&consumer=sales&state=parked&type=order-confirmed.v99")).Json["items"]!.AsArray());
        Assert.Empty((await Api.Get($"{path}&state=replayed")).Json["items"]!.AsArray());
        (await Api.Get("/v1/dead-letters?state=lost")).ExpectError("/state", "unknown-value");
        (await Api.Get("/v1/dead-letters?cursor=abc")).ExpectError("/cursor", "invalid-cursor");
    }

    [Theory]
    [InlineData("7d4f9a52-8f0b-4b8c-9a26-2d3c4b5a6978")]
    [InlineData("nothing")]
    public async Task A_letter_that_is_not_there_is_not_found(string id)
    {
        (await Api.Get($"/v1/dead-letters/{id}")).ExpectProblem(404, "dead-letter-not-found");
        (await Api.Post($"/v1/dead-letters/{id}/replay", Reason())).ExpectProblem(404, "dead-letter-not-found");
        (await Api.Post($"/v1/dead-letters/{id}/repair", Repair("order-confirmed.v1", JsonNode.Parse(Confirmed)!))).ExpectProblem(404, "dead-letter-not-found");
    }

    private static JsonObject Repair(string type, JsonNode data) => new() { ["type"] = type, ["data"] = data, ["reason"] = "a newer writer" };

    private async Task<JsonArray> Letters(string orderId, int atLeast) => (await Api.GetUntil(
        $"/v1/dead-letters?state=open&stream=order-{orderId}", page => page.Json["items"]!.AsArray().Count >= atLeast)).Json["items"]!.AsArray();
}
