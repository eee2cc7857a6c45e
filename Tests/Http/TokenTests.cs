using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using OrleansOrders.Http;
using OrleansOrders.Tests.Http.Support;
using OrleansOrders.Tests.ReadModels.Support;
using static OrleansOrders.Tests.Http.Support.TokenMaker;

namespace OrleansOrders.Tests.Http;

/// <summary>Bearer tokens, made here by hand: good ones, and those that somebody would make who wants in.</summary>
public sealed class TokenTests
{

    private readonly ShownTime time = new(Now);
    private readonly TokenKeys keys = new();
    private readonly Tokens tokens;

    public TokenTests()
    {
        keys.Replace(Encoding.UTF8.GetBytes(Set(RsaKey("r1", Rsa), EcKey("e1"))));
        tokens = new Tokens(new TokenRules("https://issuer.example/", "orders") { Keys = keys }, time);
    }

    [Theory]
    [InlineData("RS256", "r1")]
    [InlineData("ES256", "e1")]
    public async Task A_good_token_says_who_calls_for_which_tenant_and_what_he_may(string algorithm, string kid)
    {
        var caller = await tokens.Read(Sign(Header(algorithm, kid), Claims()));
        Assert.Equal(("north", "alice"), (caller.Tenant, caller.Actor));
        Assert.True(caller.May("orders:read") && caller.May("payments:refund"));
        Assert.False(caller.May("orders:write") || caller.May("openid profile"));
    }

    [Fact]
    public async Task Scopes_and_audience_may_be_arrays_and_times_fractions()
    {
        var claims = Claims();
        claims["scope"] = new JsonArray("orders:write", 7, null);
        claims["aud"] = new JsonArray("other", "orders");
        claims["exp"] = Now.ToUnixTimeSeconds() + 0.5;
        var caller = await tokens.Read(Sign(Header("RS256", "r1"), claims));
        Assert.True(caller.May("orders:write"));
        Assert.False(caller.May("orders:read"));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("HS256")]
    [InlineData("RS384")]
    [InlineData("PS256")]
    [InlineData("ES384")]
    [InlineData("EdDSA")]
    [InlineData("rs256")]
    [InlineData("")]
    public Task No_other_algorithm_is_taken(string algorithm) =>
        Refused("credential-malformed", Sign(Header(algorithm, "r1"), Claims()));

    [Fact]
    public async Task A_public_key_does_not_serve_as_a_secret()
    {
        var signed = $"{Part(Header("HS256", "r1"))}.{Part(Claims())}";
        foreach (var secret in (byte[][])[Rsa.ExportSubjectPublicKeyInfo(), Encoding.UTF8.GetBytes(Rsa.ExportSubjectPublicKeyInfoPem()), Rsa.ExportParameters(false).Modulus!])
            await Refused("credential-malformed", $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(signed)))}");
    }

    [Fact]
    public async Task A_key_is_good_for_its_own_algorithm_only()
    {
        await Refused("credential-unknown", Sign(Header("ES256", "r1"), Claims()));
        await Refused("credential-unknown", Sign(Header("RS256", "e1"), Claims()));
    }

    [Fact]
    public async Task A_token_of_another_key_is_refused_whatever_it_says_of_itself()
    {
        var header = Header("RS256", "r1");
        header["jwk"] = JsonNode.Parse(RsaKey("r1", Foreign));
        header["jku"] = "https://evil.example/keys";
        header["x5u"] = "https://evil.example/cert";
        await Refused("credential-unknown", Sign(header, Claims(), Foreign));
        await Refused("credential-unknown", Sign(Header("RS256", "none"), Claims()));
        await Refused("credential-unknown", Sign(Header("RS256", null), Claims()));
        await Refused("credential-unknown", Sign(Header("RS256", "../../etc/passwd"), Claims()));
    }

    [Fact]
    public async Task A_token_without_a_kid_means_the_only_key()
    {
        keys.Replace(Encoding.UTF8.GetBytes(Set(RsaKey(null, Rsa))));
        Assert.Equal("alice", (await tokens.Read(Sign(Header("RS256", null), Claims()))).Actor);
        await Refused("credential-unknown", Sign(Header("RS256", "r1"), Claims()));
    }

    [Fact]
    public async Task A_changed_token_is_refused()
    {
        var token = Sign(Header("RS256", "r1"), Claims());
        var parts = token.Split('.');
        var claims = Claims();
        claims["tenant"] = "south";
        await Refused("credential-unknown", $"{parts[0]}.{Part(claims)}.{parts[2]}");
        await Refused("credential-unknown", $"{parts[0]}.{parts[1]}.{(parts[2][0] == 'A' ? 'B' : 'A')}{parts[2][1..]}");
        await Refused("credential-unknown", $"{parts[0]}.{parts[1]}.{parts[2][..^8]}");
        await Refused("credential-unknown", Sign(Header("ES256", "e1"), Claims()).Split('.') is [var a, var b, _] ? $"{a}.{b}.{Base64Url.EncodeToString(new byte[64])}" : "");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("..")]
    [InlineData("eyJ.eyJ.eyJ")]
    [InlineData("HEADER.PAYLOAD")]
    [InlineData("HEADER.PAYLOAD.")]
    [InlineData("HEADER.PAYLOAD.SIGNATURE.")]
    [InlineData("HEADER.PAYLOAD.SIGNATURE==")]
    [InlineData("HEADER=.PAYLOAD.SIGNATURE")]
    [InlineData("HEADER.PAYLOAD .SIGNATURE")]
    [InlineData("HEADER.PAYLOAD.SIGNATURE.x.y")]
    [InlineData("HEADER.PAYLOAD.SIG+ATURE/")]
    public async Task What_is_not_three_parts_of_plain_base64url_is_no_token(string form)
    {
        var parts = Sign(Header("RS256", "r1"), Claims()).Split('.');
        await Refused("credential-malformed", form.Replace("HEADER", parts[0], StringComparison.Ordinal)
            .Replace("PAYLOAD", parts[1], StringComparison.Ordinal).Replace("SIGNATURE", parts[2], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"alg":"RS256","kid":"r1","crit":["exp"],"exp":1}""")]
    [InlineData("""{"alg":"RS256","kid":"r1","crit":["b64"],"b64":false}""")]
    [InlineData("""{"alg":"RS256","kid":"r1","crit":[]}""")]
    [InlineData("""{"alg":"none","kid":"r1","alg":"RS256"}""")]
    [InlineData("""{"alg":"RS256","kid":"r1","alg":"none"}""")]
    [InlineData("""{"alg":["RS256"],"kid":"r1"}""")]
    [InlineData("""{"alg":"RS256","kid":7}""")]
    [InlineData("""{"alg":"RS256","kid":"r1","typ":"logout+jwt"}""")]
    [InlineData("""{"alg":"RS256","kid":"r1"} x""")]
    [InlineData("""[{"alg":"RS256","kid":"r1"}]""")]
    [InlineData("""{"alg":"RS256","kid":"r1","a":[[[[[[[[[[1]]]]]]]]]]}""")]
    [InlineData("""{"kid":"r1"}""")]
    public Task A_header_that_two_readers_might_understand_differently_is_refused(string header) =>
        Refused("credential-malformed", SignText(header, Claims().ToJsonString()));

    [Theory]
    [InlineData("\"sub\":\"alice\",\"sub\":\"root\"", "credential-malformed")]
    [InlineData("\"tenant\":\"south\"", "credential-malformed")]
    [InlineData("\"deep\":[[[[[[[[[[1]]]]]]]]]]", "credential-malformed")]
    public Task A_member_twice_or_too_deep_is_refused(string more, string code)
    {
        var claims = Claims().ToJsonString();
        return Refused(code, SignText(Header("RS256", "r1").ToJsonString(), $"{claims[..^1]},{more}}}"));
    }

    [Theory]
    [InlineData("iss", "\"https://issuer.example\"", "credential-unknown")]
    [InlineData("iss", "\"https://ISSUER.example/\"", "credential-unknown")]
    [InlineData("iss", null, "credential-unknown")]
    [InlineData("aud", "\"orders/\"", "credential-unknown")]
    [InlineData("aud", "\"Orders\"", "credential-unknown")]
    [InlineData("aud", "[]", "credential-unknown")]
    [InlineData("aud", null, "credential-unknown")]
    [InlineData("sub", null, "credential-malformed")]
    [InlineData("sub", "\"\"", "credential-malformed")]
    [InlineData("sub", "\"reactions\"", "credential-malformed")]
    [InlineData("sub", "7", "credential-malformed")]
    [InlineData("sub", "\"a\\nb\"", "credential-malformed")]
    [InlineData("tenant", null, "credential-malformed")]
    [InlineData("tenant", "\"north/../south\"", "credential-malformed")]
    [InlineData("tenant", "[\"north\"]", "credential-malformed")]
    [InlineData("exp", null, "credential-malformed")]
    [InlineData("exp", "\"4102444800\"", "credential-malformed")]
    [InlineData("exp", "-1", "credential-malformed")]
    [InlineData("nbf", "\"soon\"", "credential-malformed")]
    public async Task A_claim_that_is_missing_or_wrong_is_refused(string claim, string? value, string code)
    {
        var claims = Claims();
        if (value is null)
            claims.Remove(claim);
        else
            claims[claim] = JsonNode.Parse(value);
        await Refused(code, Sign(Header("RS256", "r1"), claims));
    }

    [Theory]
    [InlineData(-61, "credential-not-yet-valid")]
    [InlineData(-60, null)]
    [InlineData(3_659, null)]
    [InlineData(3_660, "credential-expired")]
    public async Task A_token_is_good_for_its_time_give_or_take_a_minute(int seconds, string? code)
    {
        var token = Sign(Header("RS256", "r1"), Claims());
        time.Now = Now.AddSeconds(seconds);
        if (code is null)
            Assert.Equal("alice", (await tokens.Read(token)).Actor);
        else
            await Refused(code, token);
    }

    [Fact]
    public async Task A_huge_token_is_not_looked_at()
    {
        var claims = Claims();
        claims["more"] = new string('x', ApiKeySecret.LongestCredential);
        await Refused("credential-malformed", Sign(Header("RS256", "r1"), claims));
    }

    [Fact]
    public async Task Garbage_is_refused_and_nothing_else_happens()
    {
        var random = new Random(20261101);
        var good = Sign(Header("RS256", "r1"), Claims());
        for (var i = 0; i < 2_000; i++)
        {
            var text = good.ToCharArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                text[random.Next(text.Length - 4)] = (char)random.Next('!', '~' + 1);
            var token = new string(text);
            if (token != good)
                await Assert.ThrowsAsync<ProblemException>(async () => await tokens.Read(token));
        }
    }

    [Theory]
    [InlineData("""{"keys":[]}""", "hold none")]
    [InlineData("""{}""", "hold none")]
    [InlineData("""[]""", "not a JSON Web Key Set")]
    [InlineData("", "not a JSON Web Key Set")]
    [InlineData("""{"keys":[{"kty":"oct","k":"c2VjcmV0","kid":"a"}]}""", "only public keys")]
    [InlineData("""{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB","kid":"short"}]}""", "hold none")]
    [InlineData("""{"keys":[{"kty":"EC","crv":"P-256","x":"AQAB","y":"AQAB","kid":"off"}]}""", "not a JSON Web Key Set")]
    [InlineData("""{"keys":[{"kty":"RSA","use":"enc","n":"AQAB","e":"AQAB","kid":"enc"}]}""", "hold none")]
    public void A_set_without_a_usable_public_key_is_refused_and_replaces_nothing(string set, string reason)
    {
        var thrown = Assert.Throws<FormatException>(() => keys.Replace(Encoding.UTF8.GetBytes(set)));
        Assert.Contains(reason, thrown.Message, StringComparison.Ordinal);
        Assert.NotNull(keys.Find("r1", TokenKeys.Rsa));
    }

    [Fact]
    public void A_set_with_a_private_key_or_a_kid_twice_is_refused()
    {
        var secret = JsonNode.Parse(RsaKey("p", Foreign))!;
        secret["d"] = "AQAB";
        Assert.Throws<FormatException>(() => keys.Replace(Encoding.UTF8.GetBytes(Set(secret.ToJsonString()))));
        Assert.Throws<FormatException>(() => keys.Replace(Encoding.UTF8.GetBytes(Set(RsaKey("r1", Rsa), RsaKey("r1", Foreign)))));
    }

    private async Task Refused(string code, string token)
    {
        var refused = await Assert.ThrowsAsync<ProblemException>(async () => await tokens.Read(token));
        Assert.True(code == refused.Problem.Code, $"{refused.Problem.Code}: {refused.Problem.Detail}");
    }
}
