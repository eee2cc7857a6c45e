using System.Security.Cryptography;
using System.Text;
using OrleansOrders.Http;

namespace OrleansOrders.Tests.Http;

public sealed class ApiKeyTests
{
    private static readonly string Hash = Convert.ToHexStringLower(SHA256.HashData("secret"u8));

    [Fact]
    public void A_keys_file_is_read()
    {
        var key = Assert.Single(Parse($$"""[{"id":"shop","sha256":"{{Hash}}","tenant":"north","scopes":["orders:read","ops:act"]}]"""));
        Assert.Equal(("shop", "north"), (key.Id, key.Tenant));
        Assert.Equal(SHA256.HashData("secret"u8), key.Sha256.ToArray());
        Assert.Equal(["ops:act", "orders:read"], key.Scopes.Order());
    }

    [Theory]
    [InlineData("", "array")]
    [InlineData("{}", "array")]
    [InlineData("null", "no key")]
    [InlineData("[]", "no key")]
    [InlineData("[null]", "Key 0")]
    [InlineData("""[{"id":"a","sha256":"HASH","tenant":"t"}]""", "array")]
    [InlineData("""[{"id":"a","sha256":"HASH","tenant":"t","scopes":[],"more":1}]""", "$[0].more")]
    [InlineData("""[{"id":"a","sha256":"12","tenant":"t","scopes":[]}]""", "64 hexadecimal")]
    [InlineData("""[{"id":"a b","sha256":"HASH","tenant":"t","scopes":[]}]""", "needs an id")]
    [InlineData("""[{"id":"a","sha256":"HASH","tenant":"","scopes":[]}]""", "needs a tenant")]
    [InlineData("""[{"id":"a","sha256":"HASH","tenant":"t","scopes":["orders:all"]}]""", "orders:all")]
    [InlineData("""[{"id":"a","sha256":"HASH","tenant":"t","scopes":["public"]}]""", "public")]
    [InlineData("""[{"id":"a","sha256":"HASH","tenant":"t","scopes":[]},{"id":"a","sha256":"HASH","tenant":"t","scopes":[]}]""", "same id")]
    [InlineData("""[{"id":"a","sha256":"HASH","tenant":"t","scopes":[]},{"id":"b","sha256":"HASH","tenant":"t","scopes":[]}]""", "same sha256")]
    public void A_bad_keys_file_is_refused_on_one_line_that_says_why(string json, string reason)
    {
        var thrown = Assert.Throws<FormatException>(() => Parse(json.Replace("HASH", Hash, StringComparison.Ordinal)));
        Assert.Contains(reason, thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', thrown.Message);
    }

    private static IReadOnlyList<ApiKey> Parse(string json) => ApiKey.Parse(Encoding.UTF8.GetBytes(json));
}
