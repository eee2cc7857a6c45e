using System.Text.Json;
using OrleansOrders.Http;

namespace OrleansOrders.Tests.Http;

public sealed class JsonPointerTests
{
    [Theory]
    [InlineData("$", "")]
    [InlineData(null, "")]
    [InlineData("$.customerId", "/customerId")]
    [InlineData("$.lines[0].sku", "/lines/0/sku")]
    [InlineData("$.lines[12]", "/lines/12")]
    [InlineData("$['odd name']", "/odd name")]
    [InlineData("$.lines[3]['a.b'].c", "/lines/3/a.b/c")]
    [InlineData("$['a/b~c']", "/a~1b~0c")]
    [InlineData("$['we'] ird']", "/we'] ird")]
    public void A_path_becomes_a_pointer(string? path, string pointer) => Assert.Equal(pointer, JsonPointer.FromPath(path));

    [Fact]
    public void A_long_name_is_not_repeated_in_full() =>
        Assert.Equal(1 + 64, JsonPointer.Append("", new string('x', 10_000)).Length);

    [Theory]
    [InlineData("""{"nope":1}""", "/nope", "unknown-member")]
    [InlineData("""{"CustomerId":"a"}""", "/CustomerId", "unknown-member")]
    [InlineData("""{"lines":[{"sku":"a","currency":"EUR"}]}""", "/lines/0/currency", "unknown-member")]
    [InlineData("""{"customerId":5}""", "/customerId", "wrong-type")]
    [InlineData("""{"place":"true"}""", "/place", "wrong-type")]
    [InlineData("""{"lines":{}}""", "/lines", "wrong-type")]
    [InlineData("""{"lines":["a"]}""", "/lines/0", "wrong-type")]
    [InlineData("""{"lines":[{"quantity":"1"}]}""", "/lines/0/quantity", "wrong-type")]
    [InlineData("""{"lines":[{"quantity":1.5}]}""", "/lines/0/quantity", "not-an-integer")]
    [InlineData("""{"lines":[{"quantity":1.0}]}""", "/lines/0/quantity", "not-an-integer")]
    [InlineData("""{"lines":[{"quantity":1e2}]}""", "/lines/0/quantity", "not-an-integer")]
    [InlineData("""{"lines":[{"quantity":99999999999999999999}]}""", "/lines/0/quantity", "out-of-range")]
    [InlineData("[]", "", "wrong-type")]
    public void A_body_of_another_shape_is_explained_by_looking_at_it(string json, string pointer, string code)
    {
        var body = System.Text.Encoding.UTF8.GetBytes(json);
        var thrown = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(body, RequestJson.Strict.CreateOrderRequest));
        var error = ShapeErrors.Explain(body, RequestJson.Strict.CreateOrderRequest, JsonPointer.FromPath(thrown.Path));
        Assert.Equal((pointer, code), (error.Pointer, error.Code));
    }
}
