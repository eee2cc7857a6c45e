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

    [Theory]
    [InlineData("\"holder\":\"reactions\"", "needs a holder")]
    [InlineData("\"holder\":\"a b\"", "needs a holder")]
    [InlineData("\"expiresAt\":\"tomorrow\"", "needs expiresAt")]
    [InlineData("\"expiresAt\":\"2026-01-01T00:00:00\"", "needs expiresAt")]
    [InlineData("\"revokedAt\":5", "revokedAt")]
    public void What_a_key_may_have_besides_is_checked_too(string member, string reason)
    {
        var thrown = Assert.Throws<FormatException>(() => Parse($$"""[{"id":"a","sha256":"{{Hash}}","tenant":"t","scopes":[],{{member}}}]"""));
        Assert.Contains(reason, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_written_is_read_as_the_same()
    {
        var time = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        var key = new ApiKey("a-1", SHA256.HashData("secret"u8), "t", new HashSet<string> { Scopes.OpsAct, Scopes.OrdersRead })
        {
            Holder = "alice", CreatedAt = time, ExpiresAt = time.AddDays(1), RevokedAt = time.AddHours(1),
        };
        var read = Assert.Single(ApiKey.Parse(ApiKeyText.Write([key])));
        Assert.Equal((key.Id, key.Holder, key.Tenant, key.CreatedAt, key.ExpiresAt, key.RevokedAt), (read.Id, read.Holder, read.Tenant, read.CreatedAt, read.ExpiresAt, read.RevokedAt));
        Assert.Equal(key.Sha256.ToArray(), read.Sha256.ToArray());
        Assert.Equal(key.Scopes.Order(), read.Scopes.Order());
    }

    [Fact]
    public void A_secret_has_256_random_bits_behind_a_prefix_that_is_recognised()
    {
        var (one, other) = (ApiKeySecret.Create(), ApiKeySecret.Create());
        Assert.Matches("^orders_[0-9a-f]{64}$", one);
        Assert.NotEqual(one, other);
        Assert.True(ApiKeySecret.IsShaped(one));
        Assert.False(ApiKeySecret.IsShaped(one.AsSpan(..^1)));
        Assert.False(ApiKeySecret.IsShaped(new string('x', ApiKeySecret.LongestCredential + 1)));
    }

    private static IReadOnlyList<ApiKey> Parse(string json) => ApiKey.Parse(Encoding.UTF8.GetBytes(json));
}
