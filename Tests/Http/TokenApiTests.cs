using System.Text;
using OrleansOrders.Http;
using OrleansOrders.Tests.Http.Contract;
using OrleansOrders.Tests.Http.Support;
using OrleansOrders.Tests.ReadModels.Support;
using static OrleansOrders.Tests.Http.Support.TokenMaker;

namespace OrleansOrders.Tests.Http;

/// <summary>Tokens over HTTP, beside keys and without them.</summary>
public sealed class TokenApiTests : IAsyncLifetime
{
    private const string Path = "/v1/payments/none";

    private readonly TokenKeys keys = new();
    private ApiServer both = null!;
    private ApiServer alone = null!;

    public async Task InitializeAsync()
    {
        keys.Replace(Encoding.UTF8.GetBytes(Set(RsaKey("r1", Rsa))));
        var rules = new TokenRules("https://issuer.example/", "orders") { Keys = keys };
        var ring = new KeyRing(new ApiKey("shop", ApiKeySecret.Hash("ey.secret"), "north", new HashSet<string> { Scopes.OrdersRead }));
        both = await Start(new ApiOptions { Tokens = rules, Keys = ring });
        alone = await Start(new ApiOptions { Tokens = rules });
    }

    public async Task DisposeAsync()
    {
        await both.DisposeAsync();
        await alone.DisposeAsync();
    }

    [Fact]
    public async Task A_token_opens_what_its_scopes_say()
    {
        foreach (var server in (ApiServer[])[both, alone])
        {
            var api = new ApiClient(server);
            (await api.Get(Path, Bearer(Sign(Header("RS256", "r1"), Claims())))).ExpectProblem(404, "payment-not-found");
            (await api.Get("/v1/projections", Bearer(Sign(Header("RS256", "r1"), Claims())))).ExpectProblem(403, "scope-missing");
            var refused = (await api.Get(Path, Bearer(Sign(Header("RS256", "r1"), Claims(), Foreign)))).ExpectProblem(401, "credential-unknown");
            Assert.Contains("error=\"invalid_token\"", refused.Header("WWW-Authenticate"), StringComparison.Ordinal);
            (await api.Get(Path)).ExpectProblem(401, "unauthenticated");
            (await api.Get(Path, Bearer("eyJ.x"))).ExpectProblem(401, "credential-malformed");
            (await api.Get(Path, Bearer("orders_12"))).ExpectProblem(401, "credential-malformed");
            (await api.Get("/health/live")).Expect(200);
        }
    }

    [Fact]
    public async Task No_key_is_taken_where_there_are_only_tokens() =>
        (await new ApiClient(alone).Get(Path, Bearer(ApiKeySecret.Create()))).ExpectProblem(401, "credential-unknown");

    [Fact]
    public async Task What_a_caller_shows_is_not_logged()
    {
        var token = Sign(Header("RS256", "r1"), Claims(), Foreign);
        await new ApiClient(both).Get(Path, Bearer(token));
        await new ApiClient(both).Get(Path, Bearer("orders_secret"));
        Assert.DoesNotContain(token.Split('.')[2], both.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("orders_secret", both.Log.Text, StringComparison.Ordinal);
    }

    private static Task<ApiServer> Start(ApiOptions options) =>
        ApiServer.Start(new KnowsNothing(), new OneProjection("sales", "live"), options, new ShownTime(Now));

    private static (string Name, string Value) Bearer(string credential) => ("Authorization", $"Bearer {credential}");
}
