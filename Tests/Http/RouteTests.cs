using Microsoft.AspNetCore.Routing;
using OrleansOrders.Http;
using OrleansOrders.Tests.Http.Support;

namespace OrleansOrders.Tests.Http;

[Collection(StandaloneApi.Name)]
public sealed class RouteTests(StandaloneApiHost host)
{
    private static readonly string[] Open = ["/health/live", "/health/startup", "/health/ready", "/openapi/v1.json", "/", "/page/{version}/{**file}"];

    [Fact]
    public void Every_route_declares_one_scope_and_only_health_the_description_and_the_pages_files_are_public()
    {
        var endpoints = host.Server.Endpoints.ToList();
        Assert.True(endpoints.Count >= 26, $"{endpoints.Count} routes");
        foreach (var endpoint in endpoints)
        {
            var contract = Assert.Single(endpoint.Metadata.OfType<RouteContract>());
            Assert.True(
                Scopes.All.Contains(contract.Scope) || (contract.Scope == Scopes.Public && Open.Contains(contract.Pattern)),
                $"{endpoint.RoutePattern.RawText}: {contract.Scope}");
        }
    }

    [Fact]
    public void A_route_that_changes_something_needs_a_scope_that_may()
    {
        foreach (var contract in Contracts().Where(contract => contract.Method != "GET"))
            Assert.DoesNotContain(contract.Scope, new[] { Scopes.Public, Scopes.OrdersRead, Scopes.OpsRead });
    }

    [Fact]
    public void Every_post_requires_a_key_but_those_that_are_no_commands_on_a_stream_and_do_no_more_when_repeated()
    {
        var free = Contracts().Where(contract => contract.Method == "POST" && contract.Key != KeyUse.Required).Select(contract => contract.Name);
        Assert.Equal(["rebuildProjection", "replayDeadLetter", "replayDeadLetters"], free.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_route_of_the_design_is_there()
    {
        string[] wanted =
        [
            "DELETE /v1/customers/{id}", "DELETE /v1/orders/{id}/items/{sku}", "GET /health/live", "GET /health/ready", "GET /health/startup",
            "GET /openapi/v1.json", "GET /v1/audit", "GET /v1/dead-letters", "GET /v1/dead-letters/{id}", "GET /v1/fulfilments", "GET /v1/environment", "GET /v1/live", "GET /metrics", "GET /v1/orders/{id}/notifications", "GET /v1/orders", "GET /v1/orders/{id}", "GET /v1/orders/{id}/events",
            "GET /v1/orders/{id}/timeline", "GET /v1/payments/{orderId}", "GET /v1/payments/{orderId}/refunds/{refundId}", "GET /v1/projections", "GET /v1/reports/sales", "GET /v1/stock/{sku}",
            "POST /v1/dead-letters/replay", "POST /v1/dead-letters/{id}/repair", "POST /v1/dead-letters/{id}/replay",
            "POST /v1/fulfilments/{orderId}/compensate", "POST /v1/fulfilments/{orderId}/retry", "POST /v1/fulfilments/{orderId}/skip",
            "POST /v1/orders", "POST /v1/orders/{id}/cancel", "POST /v1/orders/{id}/deliver", "POST /v1/orders/{id}/items",
            "POST /v1/orders/{id}/place", "POST /v1/orders/{id}/returns", "POST /v1/orders/{id}/ship", "POST /v1/payments/{orderId}/refunds",
            "POST /v1/payments/{orderId}/refunds/{refundId}/approve", "POST /v1/payments/{orderId}/refunds/{refundId}/reject",
            "POST /v1/payments/{orderId}/refunds/{refundId}/withdraw",
            "POST /v1/projections/{name}/rebuild", "POST /v1/stock/{sku}/receipts", "PUT /v1/customers/{id}",
        ];
        var mapped = Contracts().Select(contract => $"{contract.Method} {contract.Pattern}").ToHashSet();
        Assert.Empty(wanted.Except(mapped));
    }

    [Fact]
    public void What_the_contract_says_of_its_address_is_where_it_is()
    {
        foreach (var endpoint in host.Server.Endpoints)
        {
            var contract = endpoint.Metadata.OfType<RouteContract>().Single();
            Assert.Equal(contract.Pattern, endpoint.RoutePattern.RawText);
            Assert.Equal([contract.Method], endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods);
        }
    }

    private IEnumerable<RouteContract> Contracts() => host.Server.Endpoints.SelectMany(endpoint => endpoint.Metadata.OfType<RouteContract>());
}
