using System.Text.Json.Nodes;

namespace OrleansOrders.Tests.Http.Contract;

/// <summary>What operators do is on record, and can be read.</summary>
public abstract class AuditContract(IApiHost host) : ApiContract(host)
{
    [Fact]
    public async Task An_operators_action_is_on_record_with_who_why_and_what_came_of_it()
    {
        var order = await CreateFulfilled();
        var reason = Unique("because");
        var refused = await Api.Post($"/v1/fulfilments/{order.Id}/retry", Reason(reason));

        var lines = await LinesAbout($"fulfilment-{order.Id}");
        Assert.Equal(["outcome", "intent"], lines.Select(line => (string)line["kind"]!));
        Assert.All(lines, line => Assert.Equal(("retryFulfilment", reason, "local"), ((string)line["action"]!, (string)line["reason"]!, (string)line["actor"]!)));
        Assert.Equal($"refused: {(string)refused.Json["code"]!}", (string)lines[0]["outcome"]!);
        Assert.Equal((long)lines[1]["number"]!, (long)lines[0]["intent"]!);
    }

    [Fact]
    public async Task An_erasure_and_a_refund_are_on_record()
    {
        var order = await CreateDelivered();
        (await Api.Post($"/v1/payments/{order.Id}/refunds", new JsonObject { ["amount"] = 100, ["reason"] = "broken" })).Expect(201);
        var customer = Unique("customer");
        (await Api.Put($"/v1/customers/{customer}", new JsonObject { ["name"] = "Ada" })).Expect(200);
        (await Api.Delete($"/v1/customers/{customer}")).Expect(204);

        Assert.Equal(["done", null], (await LinesAbout($"payment-{order.Id}")).Select(line => (string?)line["outcome"]));
        Assert.Equal(["done", null], (await LinesAbout($"customer-{customer}")).Select(line => (string?)line["outcome"]));
    }

    [Fact]
    public async Task The_record_is_paged_and_its_filters_are_checked()
    {
        var order = await CreateFulfilled();
        await Api.Post($"/v1/fulfilments/{order.Id}/retry", Reason());
        var first = (await Api.Get("/v1/audit?limit=1")).Expect(200);
        var second = (await Api.Get($"/v1/audit?limit=1&cursor={(string)first.Json["next"]!}")).Expect(200);
        Assert.True((long)second.Json["items"]![0]!["number"]! < (long)first.Json["items"]![0]!["number"]!);
        (await Api.Get("/v1/audit?cursor=nonsense")).ExpectError("/cursor", "invalid-cursor");
    }

    private async Task<IReadOnlyList<JsonNode>> LinesAbout(string target) =>
    [
        .. (await Api.Get("/v1/audit?limit=200")).Expect(200).Json["items"]!.AsArray()
            .Where(line => (string)line!["target"]! == target).Select(line => line!),
    ];
}
