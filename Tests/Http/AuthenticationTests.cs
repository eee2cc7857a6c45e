using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using OrleansOrders.Http;
using OrleansOrders.Tests.Http.Contract;
using OrleansOrders.Tests.Http.Support;
using OrleansOrders.Tests.ReadModels.Support;

namespace OrleansOrders.Tests.Http;

[Collection(StandaloneApi.Name)]
public sealed class AuthenticationTests(StandaloneApiHost host) : IAsyncLifetime
{
    private const string North = "north-secret";
    private const string South = "south-secret";
    private const string Reader = "reader-secret";

    private static readonly DateTimeOffset Start = TimeProvider.System.GetUtcNow();

    private readonly ShownTime _time = new(Start);
    private KeyRing _keys = null!;
    private ApiServer _server = null!;
    private ApiClient _api = null!;

    public async Task InitializeAsync()
    {
        ApiKey[] keys =
        [
            Key("north", North, "north", [.. Scopes.All]), Key("south", South, "south", [.. Scopes.All]),
            Key("reader", Reader, "north", Scopes.OrdersRead),
            Key("revoked", "revoked-secret", "north", [.. Scopes.All]) with { RevokedAt = Start },
            Key("alice-2", "alice-secret", "north", [.. Scopes.All]) with { Holder = "alice", ExpiresAt = Start.AddHours(1) },
        ];
        _keys = new KeyRing(keys);
        _server = await ApiServer.Start(host.Aggregates, host.ReadModels, new ApiOptions { Keys = _keys }, _time);
        _api = new ApiClient(_server);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData(null, "unauthenticated")]
    [InlineData("Bearer", "unauthenticated")]
    [InlineData("Basic bm9ydGg6c2VjcmV0", "unauthenticated")]
    [InlineData("north-secret", "unauthenticated")]
    [InlineData("Bearer wrong", "credential-unknown")]
    [InlineData("Bearer north-secre", "credential-unknown")]
    [InlineData("Bearer revoked-secret", "credential-unknown")]
    [InlineData("Bearer orders_0000000000000000000000000000000000000000000000000000000000000000", "credential-unknown")]
    [InlineData("Bearer north-secret north-secret", "credential-malformed")]
    [InlineData("Bearer orders_12", "credential-malformed")]
    [InlineData("Bearer orders_ABCDEF0000000000000000000000000000000000000000000000000000000000", "credential-malformed")]
    public async Task Without_a_known_key_nothing_is_answered(string? header, string code)
    {
        var answer = header is null ? await _api.Get("/v1/orders") : await _api.Get("/v1/orders", ("Authorization", header));
        answer.ExpectProblem(401, code);
        Assert.StartsWith("Bearer realm=\"orders\"", answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_opens_what_its_scopes_say_and_no_more()
    {
        (await _api.Get("/v1/orders", Bearer(Reader))).Expect(200);
        var refused = (await _api.Post("/v1/orders", Order(), null, Bearer(Reader))).ExpectProblem(403, "scope-missing");
        Assert.Contains("scope=\"orders:write\"", refused.Header("WWW-Authenticate"), StringComparison.Ordinal);
        (await _api.Get("/v1/projections", Bearer(Reader))).ExpectProblem(403, "scope-missing");
        (await _api.Post("/v1/stock/a/receipts", new JsonObject { ["quantity"] = 1 }, null, Bearer(Reader))).ExpectProblem(403, "scope-missing");
    }

    [Fact]
    public async Task Metrics_need_the_scope_of_those_who_watch()
    {
        (await _api.Get("/metrics")).ExpectProblem(401, "unauthenticated");
        (await _api.Get("/metrics", Bearer(Reader))).ExpectProblem(403, "scope-missing");
        (await _api.Get("/metrics", Bearer(North))).Expect(200);
    }

    [Fact]
    public async Task Health_and_the_description_need_no_key()
    {
        (await _api.Get("/health/live")).Expect(200);
        (await _api.Get("/health/ready")).Expect(200);
        (await _api.Get("/openapi/v1.json")).Expect(200);
    }

    [Fact]
    public async Task A_tenant_sees_only_its_own()
    {
        var mine = (await _api.Post("/v1/orders", Order(), null, Bearer(North))).Expect(201);
        (await _api.Get($"/v1/orders/{mine.Id}", Bearer(Reader))).Expect(200);
        foreach (var path in (string[])["", "/events", "/timeline", "?version=1"])
            (await _api.Get($"/v1/orders/{mine.Id}{path}", Bearer(South))).ExpectProblem(404, "order-not-found");
        (await _api.Post($"/v1/orders/{mine.Id}/place", null, null, Bearer(South))).ExpectProblem(404, "order-not-found");
        var list = await _api.Get($"/v1/orders?customer=shared&min-position={mine.Position}", Bearer(South));
        Assert.DoesNotContain(mine.Id, list.Expect(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_key_of_two_tenants_is_two_commands()
    {
        var key = ApiClient.NewKey();
        var north = (await _api.Post("/v1/orders", Order(), key, Bearer(North))).Expect(201);
        var south = (await _api.Post("/v1/orders", Order(), key, Bearer(South))).Expect(201);
        Assert.NotEqual(north.Id, south.Id);
        Assert.False(south.IsReplayed);
    }

    [Fact]
    public async Task What_is_done_is_recorded_under_the_keys_id()
    {
        var order = (await _api.Post("/v1/orders", Order(), null, Bearer(North))).Expect(201);
        var events = await _api.Get($"/v1/orders/{order.Id}/events", Bearer(Reader));
        Assert.Equal("north", (string?)events.Json["items"]![0]!["metadata"]!["actor"]);
    }

    [Fact]
    public async Task The_holder_of_a_key_is_who_acts_whatever_the_key_is_called()
    {
        var order = (await _api.Post("/v1/orders", Order(), null, Bearer("alice-secret"))).Expect(201);
        var events = await _api.Get($"/v1/orders/{order.Id}/events", Bearer(Reader));
        Assert.Equal("alice", (string?)events.Json["items"]![0]!["metadata"]!["actor"]);
    }

    [Fact]
    public async Task A_key_is_good_until_the_moment_that_it_expires()
    {
        _time.Now = Start.AddHours(1).AddTicks(-1);
        (await _api.Get("/v1/orders", Bearer("alice-secret"))).Expect(200);
        _time.Now = Start.AddHours(1);
        var refused = (await _api.Get("/v1/orders", Bearer("alice-secret"))).ExpectProblem(401, "credential-expired");
        Assert.Contains("error=\"invalid_token\"", refused.Header("WWW-Authenticate"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_are_replaced_while_the_server_runs_and_none_never_means_everybody()
    {
        _keys.Replace([Key("new", "new-secret", "north", Scopes.OrdersRead)]);
        (await _api.Get("/v1/orders", Bearer("new-secret"))).Expect(200);
        (await _api.Get("/v1/orders", Bearer(North))).ExpectProblem(401, "credential-unknown");
        _keys.Replace([]);
        (await _api.Get("/v1/orders", Bearer("new-secret"))).ExpectProblem(401, "credential-unknown");
        (await _api.Get("/v1/orders")).ExpectProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task Without_keys_a_page_under_a_foreign_name_reaches_nothing()
    {
        var open = new ApiClient(host);
        (await open.Get("/v1/orders", ("Host", "evil.example"))).ExpectProblem(403, "host-not-allowed");
        (await open.Get("/v1/orders", ("Host", "localhost"))).Expect(200);
        (await open.Get("/v1/orders", ("Host", "[::1]:8080"))).Expect(200);
        (await _api.Get("/v1/orders", ("Host", "shop.example"), Bearer(North))).Expect(200);
    }

    private static JsonObject Order() => new()
    {
        ["customerId"] = "shared",
        ["currency"] = "EUR",
        ["paymentMethod"] = "pm_ok",
        ["place"] = false,
        ["lines"] = new JsonArray(new JsonObject { ["sku"] = "a", ["quantity"] = 1, ["unitPrice"] = 1 }),
    };

    private static (string Name, string Value) Bearer(string secret) => ("Authorization", $"Bearer {secret}");

    private static ApiKey Key(string id, string secret, string tenant, params string[] scopes) =>
        new(id, SHA256.HashData(Encoding.UTF8.GetBytes(secret)), tenant, scopes.ToHashSet());
}
