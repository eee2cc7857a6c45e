using System.Text.Json.Nodes;

namespace OrleansOrders.Tests.Http.Contract;

/// <summary>Bodies that are wrong: each is answered with what is wrong and where, and nothing happens.</summary>
public abstract class BadInputContract(IApiHost host) : ApiContract(host)
{
    private const string Rest = "\"customerId\":\"c\",\"currency\":\"GBP\",\"paymentMethod\":\"pm_ok\"";
    private const string GoodLine = "{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":1}";

    [Theory]
    [InlineData("quantity", "0", "out-of-range")]
    [InlineData("quantity", "-1", "out-of-range")]
    [InlineData("quantity", "1000001", "out-of-range")]
    [InlineData("quantity", "99999999999999999999", "out-of-range")]
    [InlineData("quantity", "-99999999999999999999", "out-of-range")]
    [InlineData("quantity", "1.5", "not-an-integer")]
    [InlineData("quantity", "1e3", "not-an-integer")]
    [InlineData("quantity", "\"1\"", "wrong-type")]
    [InlineData("quantity", "true", "wrong-type")]
    [InlineData("quantity", "[]", "wrong-type")]
    [InlineData("quantity", "null", "required")]
    [InlineData("unitPrice", "0", "out-of-range")]
    [InlineData("unitPrice", "-255", "out-of-range")]
    [InlineData("unitPrice", "10000000001", "out-of-range")]
    [InlineData("unitPrice", "9223372036854775808", "out-of-range")]
    [InlineData("unitPrice", "2.55", "not-an-integer")]
    [InlineData("sku", "\"\"", "invalid-sku")]
    [InlineData("sku", "\" a\"", "invalid-sku")]
    [InlineData("sku", "\"a/b\"", "invalid-sku")]
    [InlineData("sku", "\"ü\"", "invalid-sku")]
    [InlineData("sku", "7", "wrong-type")]
    [InlineData("sku", "\"a\\u0000\"", "control-character")]
    [InlineData("sku", "\"4111111111111111\"", "card-number")]
    [InlineData("description", "\"a\\nb\"", "control-character")]
    [InlineData("description", "\"\\u0007\"", "control-character")]
    [InlineData("description", "\"\\ud800\"", "invalid-text")]
    [InlineData("description", "\"pay 4111-1111-1111-1111\"", "card-number")]
    [InlineData("currency", "\"EUR\"", "unknown-member")]
    public async Task A_bad_value_in_a_line_is_named_by_its_pointer(string member, string value, string code)
    {
        var good = JsonNode.Parse(GoodLine)!.AsObject().Where(pair => pair.Key != member).Select(pair => $"\"{pair.Key}\":{pair.Value!.ToJsonString()}");
        var line = $"{{\"{member}\":{value},{string.Join(',', good)}}}";
        await ExpectError($"{{{Rest},\"lines\":[{GoodLine},{line}]}}", $"/lines/1/{member}", code);
    }

    [Theory]
    [InlineData("customerId", "\"a b\"", "invalid-id")]
    [InlineData("customerId", "\"\"", "invalid-id")]
    [InlineData("customerId", "{}", "wrong-type")]
    [InlineData("customerId", "\"4111 1111 1111 1111\"", "card-number")]
    [InlineData("customerId", "4111111111111111", "card-number")]
    [InlineData("currency", "\"XXX\"", "unknown-currency")]
    [InlineData("currency", "\"gbp\"", "unknown-currency")]
    [InlineData("currency", "\"\"", "unknown-currency")]
    [InlineData("currency", "[\"GBP\",\"EUR\"]", "wrong-type")]
    [InlineData("paymentMethod", "\"pm ok\"", "invalid-payment-method")]
    [InlineData("paymentMethod", "\"4242424242424242\"", "card-number")]
    [InlineData("country", "\"\"", "blank")]
    [InlineData("country", "\" \"", "blank")]
    [InlineData("shippingAddress", "\"\\u0000\"", "control-character")]
    [InlineData("occurredAt", "\"yesterday\"", "invalid-time")]
    [InlineData("occurredAt", "\"2010-12-01T08:26:00\"", "invalid-time")]
    [InlineData("occurredAt", "\"1999-12-31T23:59:59Z\"", "too-early")]
    [InlineData("occurredAt", "\"2999-01-01T00:00:00Z\"", "in-future")]
    [InlineData("occurredAt", "1291191960", "wrong-type")]
    [InlineData("place", "\"true\"", "wrong-type")]
    [InlineData("place", "1", "wrong-type")]
    [InlineData("lines", "null", "required")]
    [InlineData("lines", "[]", "too-few")]
    [InlineData("lines", "{}", "wrong-type")]
    [InlineData("coupon", "\"SUMMER\"", "unknown-member")]
    [InlineData("Currency", "\"GBP\"", "unknown-member")]
    public async Task A_bad_value_in_an_order_is_named_by_its_pointer(string member, string value, string code)
    {
        var good = JsonNode.Parse($"{{{Rest},\"lines\":[{GoodLine}]}}")!.AsObject().Where(pair => pair.Key != member)
            .Select(pair => $"\"{pair.Key}\":{pair.Value!.ToJsonString()}");
        await ExpectError($"{{{string.Join(',', good)},\"{member}\":{value}}}", $"/{member}", code);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_said_at_once()
    {
        var answer = await Api.PostText("/v1/orders", """{"currency":"XXX","lines":[{"sku":"","quantity":0},null]}""");
        answer.ExpectProblem(400, "invalid-request");
        Assert.Equal(
            [
                ("/customerId", "required"), ("/currency", "unknown-currency"), ("/paymentMethod", "required"), ("/lines/0/sku", "invalid-sku"),
                ("/lines/0/quantity", "out-of-range"), ("/lines/0/unitPrice", "required"), ("/lines/1", "wrong-type"),
            ], answer.Errors);
    }

    [Fact]
    public async Task A_hundred_lines_are_taken_and_a_hundred_and_one_are_not()
    {
        (await Api.PostText("/v1/orders", Lines(100))).Expect(201);
        await ExpectError(Lines(101), "/lines", "too-many");

        static string Lines(int count) => $"{{{Rest},\"place\":false,\"lines\":[{string.Join(',', Enumerable.Repeat(GoodLine, count))}]}}";
    }

    [Theory]
    [InlineData("{\"a\":1,\"a\":2}", "/a")]
    [InlineData("{\"customerId\":\"a\",\"customerId\":\"a\"}", "/customerId")]
    [InlineData("{\"lines\":[{\"sku\":\"a\",\"sku\":\"b\"}]}", "/lines/0/sku")]
    [InlineData("{\"customerId\":\"a\",\"\\u0063ustomerId\":\"a\"}", "/customerId")]
    public Task A_member_that_occurs_twice_is_named(string body, string pointer) => ExpectError(body, pointer, "duplicate-member");

    [Theory]
    [InlineData("{", "")]
    [InlineData("{\"customerId\":", "/customerId")]
    [InlineData("{\"customerId\":\"a\",}", "/customerId")]
    [InlineData("{\"customerId\":/* c */\"a\"}", "/customerId")]
    [InlineData("{\"lines\":[1,]}", "/lines/0")]
    [InlineData("{'customerId':1}", "")]
    [InlineData("{\"quantity\":01}", "/quantity")]
    [InlineData("{\"quantity\":NaN}", "/quantity")]
    [InlineData("{}{}", "")]
    [InlineData("nope", "")]
    [InlineData("\uFEFF{}", "")]
    [InlineData("{\"a\":\"line\nbreak\"}", "/a")]
    public Task What_is_not_strict_json_is_refused_where_it_breaks(string body, string pointer) =>
        ExpectError(body, pointer, "malformed-json", "malformed-json");

    [Fact]
    public Task Nesting_has_an_end() => ExpectProblem(string.Concat(Enumerable.Repeat("{\"a\":", 100)), "malformed-json");

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("5")]
    [InlineData("\"text\"")]
    public Task A_body_that_is_no_object_is_refused(string body) => ExpectError(body, "", "wrong-type");

    [Fact]
    public async Task Texts_have_a_longest_length()
    {
        var good = With(Order(), "shippingAddress", new string('x', 500));
        (await Api.Post("/v1/orders", With(good, "place", false))).Expect(201);
        (await Api.Post("/v1/orders", With(Order(), "shippingAddress", new string('x', 501)))).ExpectError("/shippingAddress", "too-long");
        (await Api.Post("/v1/orders", With(Order(), "country", new string('x', 65)))).ExpectError("/country", "too-long");
        (await Api.Post("/v1/orders", With(Order(), "customerId", new string('x', 65)))).ExpectError("/customerId", "invalid-id");
        (await Api.Post("/v1/orders", Order(Line(new string('x', 65))))).ExpectError("/lines/0/sku", "invalid-sku");
    }

    [Theory]
    [InlineData("/v1/orders/{id}/cancel", "{}", "/reason", "required")]
    [InlineData("/v1/orders/{id}/cancel", """{"reason":"  "}""", "/reason", "blank")]
    [InlineData("/v1/orders/{id}/ship", """{"carrier":"","trackingNumber":5}""", "/trackingNumber", "wrong-type")]
    [InlineData("/v1/orders/{id}/ship", """{"carrier":"DPD"}""", "/trackingNumber", "required")]
    [InlineData("/v1/orders/{id}/place", """{"now":true}""", "/now", "unknown-member")]
    [InlineData("/v1/orders/{id}/place", """{"occurredAt":"2999-01-01T00:00:00Z"}""", "/occurredAt", "in-future")]
    [InlineData("/v1/orders/{id}/deliver", """{"occurredAt":"2011-01-01T00:00:00Z"}""", "/occurredAt", "unknown-member")]
    [InlineData("/v1/orders/{id}/returns", """{"reason":"r"}""", "/lines", "required")]
    [InlineData("/v1/orders/{id}/returns", """{"lines":[{"sku":"a","quantity":0}],"reason":"r"}""", "/lines/0/quantity", "out-of-range")]
    [InlineData("/v1/orders/{id}/items", """{"lines":[{"sku":"a","quantity":1}]}""", "/lines/0/unitPrice", "required")]
    [InlineData("/v1/orders/{id}/items", """{"lines":[]}""", "/lines", "too-few")]
    [InlineData("/v1/payments/{id}/refunds", """{"amount":0,"reason":"r"}""", "/amount", "out-of-range")]
    [InlineData("/v1/payments/{id}/refunds", """{"amount":1000000000001,"reason":"r"}""", "/amount", "out-of-range")]
    [InlineData("/v1/payments/{id}/refunds", """{"amount":1.5,"reason":"r"}""", "/amount", "not-an-integer")]
    [InlineData("/v1/stock/{id}/receipts", """{"quantity":-5}""", "/quantity", "out-of-range")]
    [InlineData("/v1/fulfilments/{id}/retry", "{}", "/reason", "required")]
    [InlineData("/v1/orders/{id}%20/cancel", """{"reason":"r"}""", "/id", "invalid-id")]
    [InlineData("/v1/payments/-/refunds", """{"amount":1,"reason":"r"}""", "/orderId", "invalid-id")]
    [InlineData("/v1/stock/%C3%BC/receipts", """{"quantity":5}""", "/sku", "invalid-sku")]
    public async Task Other_commands_are_as_strict(string path, string body, string pointer, string code) =>
        (await Api.PostText(path.Replace("{id}", "some-order", StringComparison.Ordinal), body)).ExpectError(pointer, code);

    [Fact]
    public async Task A_body_of_65_kib_is_too_large_and_one_just_within_is_read()
    {
        (await Api.PostText("/v1/orders", new string(' ', (65 * 1024) - 2) + "{}")).ExpectProblem(413, "body-too-large");
        (await Api.PostText("/v1/orders", new string(' ', (64 * 1024) - 2) + "{}")).ExpectProblem(400, "invalid-request");
        (await Api.PostText("/v1/orders", new string(' ', 512 * 1024))).ExpectProblem(413, "body-too-large");
    }

    [Fact]
    public async Task A_large_body_without_a_stated_length_is_too_large_as_well()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/orders");
        request.Content = new StreamContent(new MemoryStream(new byte[70 * 1024]));
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.TransferEncodingChunked = true;
        request.Headers.Add("Idempotency-Key", ApiClient.NewKey());
        (await Api.Send(request)).ExpectProblem(413, "body-too-large");
    }

    [Fact]
    public async Task Bytes_that_are_no_utf8_are_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/orders");
        request.Content = new ByteArrayContent([.. "{\"customerId\":\""u8, 0xC3, 0x28, .. "\"}"u8]);
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("Idempotency-Key", ApiClient.NewKey());
        (await Api.Send(request)).ExpectError("/customerId", "invalid-text");
    }

    private async Task ExpectError(string body, string pointer, string code, string? problem = null) =>
        (await Api.PostText("/v1/orders", body)).ExpectError(pointer, code, problem ?? (code == "card-number" ? code : "invalid-request"));

    private async Task ExpectProblem(string body, string code) => (await Api.PostText("/v1/orders", body)).ExpectProblem(400, code);
}
