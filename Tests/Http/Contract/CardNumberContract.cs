using System.Text.Json.Nodes;

namespace OrleansOrders.Tests.Http.Contract;

/// <summary>Card numbers: refused wherever they come, and never said again.</summary>
public abstract class CardNumberContract(IApiHost host) : ApiContract(host)
{
    private const string Number = "5555555555554444";

    [Theory]
    [InlineData("/v1/orders/5555555555554444")]
    [InlineData("/v1/orders/5555-5555-5555-4444/events")]
    [InlineData("/v1/stock/5555%205555%205555%204444")]
    [InlineData("/5555555555554444")]
    public async Task In_an_address(string path) => ExpectSilence(await Api.Get(path), "path");

    [Theory]
    [InlineData("/v1/orders?q=5555555555554444")]
    [InlineData("/v1/orders?q=5555+5555+5555+4444")]
    [InlineData("/v1/orders?5555555555554444=1")]
    [InlineData("/v1/orders?cursor=5555555555554444")]
    [InlineData("/health/live?card=5555555555554444")]
    public async Task In_a_query(string path) => ExpectSilence(await Api.Get(path), "query");

    [Fact]
    public async Task In_an_idempotency_key() => ExpectSilence(await Api.Post("/v1/orders", Order(), Number), "header");

    [Theory]
    [InlineData("""{"customerId":"5555555555554444"}""")]
    [InlineData("""{"customerId":5555555555554444}""")]
    [InlineData("""{"5555555555554444":1}""")]
    [InlineData("""{"5555555555554444":{"a":"b","a":"c"}}""")]
    [InlineData("""{"unknown":{"deep":["5555 5555 5555 4444"]}}""")]
    [InlineData("""{"customerId":"\u0035555555555554444"}""")]
    [InlineData("""{"customerId":"5555555555554444","broken""")]
    [InlineData("""{"customerId":5555555555554444.0}""")]
    public async Task In_a_body_that_may_be_wrong_otherwise(string body) => ExpectSilence(await Api.PostText("/v1/orders", body), null);

    [Fact]
    public async Task In_every_text_of_every_command()
    {
        var order = await CreateDraft();
        ExpectSilence(await Api.Post($"/v1/orders/{order.Id}/cancel", Reason($"card {Number}")), null);
        ExpectSilence(await Api.Post($"/v1/orders/{order.Id}/ship", new JsonObject { ["carrier"] = "DPD", ["trackingNumber"] = Number }), null);
        ExpectSilence(await Api.Put($"/v1/customers/{Unique("c")}", new JsonObject { ["name"] = $"A {Number}" }), null);
        ExpectSilence(await Api.Put($"/v1/customers/{Unique("c")}", new JsonObject { ["name"] = "A", ["phone"] = Number }), null);
        Assert.Equal("draft", (await Api.Get($"/v1/orders/{order.Id}?version={order.Version}")).State);
    }

    [Fact]
    public async Task A_uuid_or_an_order_id_as_a_key_is_none()
    {
        // By chance a random UUID's digits have a Luhn sum now and then; this one's do.
        (await Api.Post("/v1/orders", With(Order(), "place", false), $"a{Guid.NewGuid().ToString()[1..18]}-4111-111111111111")).Expect(201);
    }

    private static void ExpectSilence(Answer answer, string? place)
    {
        answer.ExpectProblem(400, "card-number");
        var error = answer.Json["errors"]![0]!;
        Assert.Equal(("card-number", place), ((string?)error["code"], (string?)error["in"]));
        foreach (var part in (string[])["55555555", "5555 5555", "5555-5555"])
            Assert.DoesNotContain(part, answer.Text + answer.Headers, StringComparison.Ordinal);
    }
}
