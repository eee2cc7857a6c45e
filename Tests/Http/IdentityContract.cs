using System.Security.Cryptography;
using System.Text.Json.Nodes;
using OrleansOrders.Http;
using OrleansOrders.Tests.Http.Contract;
using OrleansOrders.Tests.Http.Support;

namespace OrleansOrders.Tests.Http;

/// <summary>
/// Every route with no credential, with every scope but its own, and with another tenant's credential. The routes are those
/// that the server has: a new one is judged without being named here, unless it takes a body.
/// </summary>
public abstract class IdentityContract : IAsyncLifetime
{
    // Letters and digits that no request of the other tenant holds.
    private const string Marker = "northonly";

    // What another tenant may do under the same names, because it is then its own.
    private static readonly string[] MadeByAnybody = ["putCustomer", "eraseCustomer", "receiveStock"];

    private static readonly Dictionary<string, string> Bodies = new()
    {
        ["createOrder"] = """{"customerId":"c","currency":"EUR","paymentMethod":"pm_ok","place":false,"lines":[{"sku":"s","quantity":1,"unitPrice":1}]}""",
        ["addItems"] = """{"lines":[{"sku":"s","quantity":1,"unitPrice":1}]}""",
        ["cancelOrder"] = """{"reason":"r"}""",
        ["shipOrder"] = """{"carrier":"c","trackingNumber":"t"}""",
        ["returnItems"] = """{"reason":"r","lines":[{"sku":"s","quantity":1}]}""",
        ["requestRefund"] = """{"reason":"r","amount":1}""",
        ["rejectRefund"] = """{"reason":"r"}""",
        ["receiveStock"] = """{"quantity":1}""",
        ["putCustomer"] = """{"name":"South"}""",
        ["retryFulfilment"] = """{"reason":"r"}""",
        ["skipCompensationStep"] = """{"reason":"r"}""",
        ["compensateFulfilment"] = """{"reason":"r"}""",
        ["repairEvent"] = """{"reason":"r","data":{}}""",
        ["replayDeadLetter"] = """{"reason":"r"}""",
        ["replayDeadLetters"] = """{"reason":"r"}""",
        ["createWebhook"] = """{"url":"https://south.example.com/","enabled":false}""",
        ["changeWebhook"] = """{"enabled":false}""",
        ["resendDelivery"] = """{"reason":"r"}""",
        ["resendDeliveries"] = """{"reason":"r","since":"2026-01-01T00:00:00Z"}""",
    };

    private ApiServer _server = null!;
    private ApiClient _api = null!;

    public async Task InitializeAsync()
    {
        ApiKey[] keys =
        [
            Key("north", "north", [.. Scopes.All]), Key("south", "south", [.. Scopes.All]),
            .. Scopes.All.Select(scope => Key($"not {scope}", "north", [.. Scopes.All.Where(other => other != scope)])),
        ];
        _server = await Start(new ApiOptions { Keys = new KeyRing(keys), LiveBeat = TimeSpan.FromMilliseconds(50) });
        _api = new ApiClient(_server);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Without_a_credential_no_route_answers_that_is_not_open_to_all()
    {
        foreach (var route in Routes().Where(route => route.Scope != Scopes.Public))
            (await Ask(route, _ => "x", null)).ExpectProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task With_every_scope_but_its_own_no_route_answers()
    {
        foreach (var route in Routes().Where(route => route.Scope != Scopes.Public))
            (await Ask(route, _ => "x", $"not {route.Scope}".Replace(' ', '-'))).ExpectProblem(403, "scope-missing");
    }

    [Fact]
    public async Task Events_are_sent_nowhere_for_whoever_may_not_see_them()
    {
        foreach (var route in Routes().Where(route => route.Name is "createWebhook" or "changeWebhook"))
        {
            var refused = await Ask(route, _ => "x", "not-orders:read");
            Assert.Contains(Scopes.OrdersRead, refused.ExpectProblem(403, "scope-missing").Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task With_another_tenants_credential_nothing_is_seen_and_nothing_is_done()
    {
        var (ids, position) = await MakeNorth();
        var before = await LookAtNorth(ids, position);
        foreach (var route in Routes().Where(route => route.Scope != Scopes.Public).OrderBy(Turn))
        {
            var answer = route.IsStream ? await FollowAsSouth(route, position) : await Ask(route, name => ids.GetValueOrDefault(name == "id" ? route.Tag : name, "none"), "south", position);
            Assert.True(answer.Status is < 400 or 404 or 409 or 422, $"{route.Name}: {answer.Status} {answer.Text}");
            Assert.False(answer.Text.Contains(Marker, StringComparison.Ordinal), $"{route.Name} shows another tenant's data: {answer.Text}");
            if (route.Pattern.Contains('{', StringComparison.Ordinal) && !MadeByAnybody.Contains(route.Name))
                Assert.True(answer.Status == 404, $"{route.Name}: {answer.Status} {answer.Text}");
            else if (route.Method == "GET")
                Assert.DoesNotContain(ids["orders"], answer.Text, StringComparison.Ordinal);
        }
        Assert.Equal(before, await LookAtNorth(ids, position));
        var customer = await _api.Put($"/v1/customers/{ids["customers"]}", new JsonObject { ["name"] = $"{Marker} Ltd" }, Bearer("north"));
        Assert.Equal(1, customer.Expect(200).Version);
    }

    [Fact]
    public void Every_route_that_needs_a_body_is_given_one_here()
    {
        var without = Routes().Where(route => route is { Body: not null, IsBodyOptional: false } && !Bodies.ContainsKey(route.Name));
        Assert.True(!without.Any(), $"Say in {nameof(Bodies)} what is sent to {string.Join(", ", without.Select(route => route.Name))}.");
    }

    /// <summary>A server of the edition, over its own log.</summary>
    private protected abstract Task<ApiServer> Start(ApiOptions options);

    private IEnumerable<RouteContract> Routes() => _server.Endpoints.Select(endpoint => Assert.Single(endpoint.Metadata.OfType<RouteContract>()));

    // Lists first: afterwards the other tenant's own audit names what it has asked for. What it makes for itself comes last.
    private static int Turn(RouteContract route) => route.Method == "GET" ? 0 : MadeByAnybody.Contains(route.Name) ? 2 : 1;

    private Task<Answer> Ask(RouteContract route, Func<string, string> valueOf, string? secret, long? position = null)
    {
        var path = string.Join('/', route.Pattern.Split('/').Select(part => part.StartsWith('{') ? Uri.EscapeDataString(valueOf(part.Trim('{', '}'))) : part));
        if (position is not null && route.Query.Any(parameter => parameter.Name == "min-position"))
            path += $"?min-position={position}";
        return _api.Send(
            new HttpMethod(route.Method), path, Bodies.GetValueOrDefault(route.Name), route.Key == KeyUse.None ? null : ApiClient.NewKey(),
            secret is null ? [] : [Bearer(secret)]);
    }

    // Everything that the log has so far, by the id that moves on over what is not the caller's.
    private async Task<Answer> FollowAsSouth(RouteContract route, long position)
    {
        await using var stream = await LiveReader.Open(_server, route.Pattern, ("Last-Event-ID", "0"), Bearer("south"));
        var text = "";
        while (stream.LastId < position)
            text += (await stream.Next()).Text;
        return new Answer(200, text, null, stream.Headers, stream.ContentHeaders);
    }

    // A fulfilled order with everything that belongs to it, a customer, and a marker in whatever takes a text.
    private async Task<(Dictionary<string, string> Ids, long Position)> MakeNorth()
    {
        var (sku, customer) = ($"sku-{Letters()}", $"c-{Letters()}");
        (await _api.Post($"/v1/stock/{sku}/receipts", new JsonObject { ["quantity"] = 5 }, null, Bearer("north"))).Expect(200);
        (await _api.Put($"/v1/customers/{customer}", new JsonObject { ["name"] = $"{Marker} Ltd" }, Bearer("north"))).Expect(200);
        var order = (await _api.Post("/v1/orders", new JsonObject
        {
            ["customerId"] = Marker,
            ["currency"] = "EUR",
            ["paymentMethod"] = "pm_ok",
            ["lines"] = new JsonArray(new JsonObject { ["sku"] = sku, ["quantity"] = 1, ["unitPrice"] = 100, ["description"] = Marker }),
        }, null, Bearer("north"))).Expect(201);
        var webhook = (await _api.Post("/v1/webhooks", new JsonObject
        {
            ["url"] = $"https://{Marker}.invalid/", ["enabled"] = false,
        }, null, Bearer("north"))).Expect(201);
        var path = $"/v1/orders/{order.Id}/timeline";
        await OrleansOrders.Tests.Support.Eventually.True(async () => (await _api.Get(path, Bearer("north"))).Text.Contains("fulfilment-completed.v1", StringComparison.Ordinal));
        var story = (await _api.Get(path, Bearer("north"))).Json["items"]!.AsArray();
        Dictionary<string, string> ids = new()
        {
            ["orders"] = order.Id, ["orderId"] = order.Id, ["sku"] = sku, ["customers"] = customer, ["dead-letters"] = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa", ["refundId"] = "r",
            ["webhooks"] = webhook.Id, ["deliveryId"] = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa",
        };
        return (ids, story.Max(entry => (long)entry!["position"]!));
    }

    private async Task<string> LookAtNorth(Dictionary<string, string> ids, long position)
    {
        string[] paths =
        [
            $"/v1/orders/{ids["orders"]}?min-position={position}", $"/v1/orders/{ids["orders"]}/timeline", $"/v1/payments/{ids["orders"]}",
            $"/v1/stock/{ids["sku"]}?min-position={position}", $"/v1/webhooks/{ids["webhooks"]}",
        ];
        return string.Join('\n', await Task.WhenAll(paths.Select(async path => (await _api.Get(path, Bearer("north"))).Expect(200).Text)));
    }

    // Digits might by chance look like a card number.
    private static string Letters() => RandomNumberGenerator.GetString("abcdefghjkmnpqrstvwxyz", 20);

    private static (string Name, string Value) Bearer(string secret) => ("Authorization", $"Bearer {secret}");

    private static ApiKey Key(string name, string tenant, params string[] scopes)
    {
        var id = name.Replace(' ', '-');
        return new ApiKey(id.Replace(':', '-'), ApiKeySecret.Hash(id), tenant, scopes.ToHashSet());
    }
}

[Collection(StandaloneApi.Name)]
public sealed class StandaloneIdentityTests(StandaloneApiHost host) : IdentityContract
{
    private protected override Task<ApiServer> Start(ApiOptions options) =>
        ApiServer.Start(host.Aggregates, host.ReadModels, options with { Webhooks = host.Webhooks });
}
