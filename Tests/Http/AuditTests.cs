using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Http;
using OrleansOrders.Tests.Http.Contract;
using OrleansOrders.Tests.Http.Support;

namespace OrleansOrders.Tests.Http;

[Collection(StandaloneApi.Name)]
public sealed class AuditTests(StandaloneApiHost host)
{
    private readonly AuditInMemory _audit = new();

    [Fact]
    public async Task Who_is_turned_away_is_on_record_with_the_key_that_was_known()
    {
        await using var server = await StartWithKeys();
        var api = new ApiClient(server);
        (await api.Get("/v1/orders")).ExpectProblem(401, "unauthenticated");
        (await api.Get("/v1/projections", ("Authorization", "Bearer reader-secret"))).ExpectProblem(403, "scope-missing");
        (await api.Get("/v1/orders", ("Authorization", "Bearer reader-secret"))).Expect(200);

        Assert.Equal(
            [("unknown", null, "GET /v1/orders", "unauthenticated"), ("reader", "north", "GET /v1/projections", "scope-missing")],
            _audit.Entries.Select(entry => (entry.Action.Actor, entry.Action.Tenant, entry.Action.Target, entry.Outcome!)));
        Assert.All(_audit.Entries, entry => Assert.Equal((AuditEntry.Denied, "127.0.0.1"), (entry.Kind, entry.Action.Source)));
    }

    [Fact]
    public async Task What_cannot_be_put_on_record_does_not_happen()
    {
        await using var server = await ApiServer.Start(host.Aggregates, host.ReadModels, audit: _audit);
        var api = new ApiClient(server);
        var customer = $"c{Guid.NewGuid():n}"[..20];
        (await api.Put($"/v1/customers/{customer}", new JsonObject { ["name"] = "Ada" })).Expect(200);

        _audit.IsFull = true;
        (await api.Delete($"/v1/customers/{customer}")).ExpectProblem(503, "unavailable");
        var version = (await api.Put($"/v1/customers/{customer}", new JsonObject { ["name"] = "Ada" })).Expect(200).Header("ETag");
        Assert.Equal("\"1\"", version);
    }

    [Fact]
    public async Task A_request_that_is_wrong_leaves_nothing()
    {
        await using var server = await ApiServer.Start(host.Aggregates, host.ReadModels, audit: _audit);
        (await new ApiClient(server).Post("/v1/fulfilments/x/retry", new JsonObject())).Expect(400);
        Assert.Empty(_audit.Entries);
    }

    [Fact]
    public void Every_route_that_only_operators_may_use_and_every_refund_and_erasure_is_audited()
    {
        var contracts = host.Server.Endpoints.SelectMany(endpoint => endpoint.Metadata.OfType<RouteContract>());
        var audited = contracts.Where(contract => contract.IsAudited).Select(contract => contract.Name).ToHashSet();
        Assert.Superset(new HashSet<string> { "requestRefund", "eraseCustomer" }, audited);
        foreach (var contract in contracts.Where(contract => contract.Scope == Scopes.OpsAct))
            Assert.Contains(contract.Name, audited);
    }

    private Task<ApiServer> StartWithKeys()
    {
        var key = new ApiKey("reader", SHA256.HashData(Encoding.UTF8.GetBytes("reader-secret")), "north", new HashSet<string> { Scopes.OrdersRead });
        return ApiServer.Start(host.Aggregates, host.ReadModels, new ApiOptions { Keys = new KeyRing(key) }, audit: _audit);
    }
}
