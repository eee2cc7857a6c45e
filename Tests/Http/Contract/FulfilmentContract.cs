using System.Text.Json.Nodes;

namespace OrleansOrders.Tests.Http.Contract;

/// <summary>Fulfilments, as people see and steer them.</summary>
public abstract class FulfilmentContract(IApiHost host) : ApiContract(host)
{
    [Fact]
    public async Task A_fulfilment_is_on_the_board_with_where_it_stands()
    {
        var order = await CreateFulfilled();
        var story = (await Api.Get($"/v1/orders/{order.Id}/timeline")).Json["items"]!.AsArray();
        var position = story.Max(item => (long)item!["position"]!);
        var row = await Find(order.Id, $"status=completed&min-position={position}");
        Assert.Equal("completed", (string?)row?["status"]);
        Assert.Null(await Find(order.Id, $"status=running&min-position={position}"));
    }

    [Fact]
    public async Task The_board_is_paged()
    {
        await CreateFulfilled();
        await CreateFulfilled();
        var first = (await Api.Get("/v1/fulfilments?limit=1")).Expect(200);
        var next = Uri.EscapeDataString((string)first.Json["next"]!);
        var second = (await Api.Get($"/v1/fulfilments?limit=1&cursor={next}")).Expect(200);
        Assert.NotEqual((string)first.Json["items"]![0]!["orderId"]!, (string)second.Json["items"]![0]!["orderId"]!);
        (await Api.Get($"/v1/fulfilments?limit=1&status=parked&cursor={next}")).ExpectError("/cursor", "invalid-cursor");
    }

    [Fact]
    public async Task A_person_undoes_a_completed_fulfilment()
    {
        var order = await CreateFulfilled();
        var answer = (await Api.Post($"/v1/fulfilments/{order.Id}/compensate", Reason("fraud"))).Expect(200);
        Assert.Equal(("compensating", "fraud", order.Id), (answer.State, (string)answer.Json["reason"]!, (string)answer.Json["orderId"]!));
        Assert.Equal($"\"{answer.Version}\"", answer.ETag);
        await Api.GetUntil($"/v1/orders/{order.Id}", view => view.State == "cancelled");
        await Api.GetUntil($"/v1/payments/{order.Id}", payment => (long)payment.Json["refunded"]! == (long)payment.Json["captured"]!);
    }

    [Fact]
    public async Task A_parked_fulfilment_waits_for_a_person_who_skips_the_step()
    {
        var order = await CreateFulfilled(paymentMethod: "pm_refund_fails");
        (await Api.Post($"/v1/fulfilments/{order.Id}/compensate", Reason("fraud"))).Expect(200);
        await Api.GetUntil($"/v1/orders/{order.Id}/timeline", story => story.Text.Contains("\"fulfilment-parked.v1\"", StringComparison.Ordinal));

        var skipped = (await Api.Post($"/v1/fulfilments/{order.Id}/skip", Reason("paid back by hand"))).Expect(200);
        Assert.Equal("compensating", skipped.State);
        await Api.GetUntil($"/v1/orders/{order.Id}/timeline", story => story.Text.Contains("\"fulfilment-compensated.v1\"", StringComparison.Ordinal));
        Assert.Equal("cancelled", (await Api.GetUntil($"/v1/orders/{order.Id}", view => view.State == "cancelled")).State);
    }

    [Fact]
    public async Task What_needs_no_person_takes_none()
    {
        var order = await CreateFulfilled();
        (await Api.Post($"/v1/fulfilments/{order.Id}/retry", Reason())).ExpectProblem(409, "fulfilment-not-parked");
        (await Api.Post($"/v1/fulfilments/{order.Id}/skip", Reason())).ExpectProblem(409, "fulfilment-not-parked");
        (await Api.Post($"/v1/fulfilments/{Unique("none")}/retry", Reason())).ExpectProblem(404, "fulfilment-not-found");
        (await Api.Get("/v1/fulfilments?status=lost")).ExpectError("/status", "unknown-value");
    }

    private async Task<JsonNode?> Find(string orderId, string query)
    {
        string? cursor = null;
        do
        {
            var page = (await Api.Get($"/v1/fulfilments?{query}&limit=200{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}")).Expect(200);
            if (page.Json["items"]!.AsArray().FirstOrDefault(item => (string)item!["orderId"]! == orderId) is { } found)
                return found;
            cursor = (string?)page.Json["next"];
        }
        while (cursor is not null);
        return null;
    }
}
