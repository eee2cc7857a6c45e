using System.Text.Json.Nodes;

namespace OrleansOrders.Tests.Tidy.Deployment;

/// <summary>Selectors meet the pods they mean, and the network lets through what the programs need, and no more.</summary>
public sealed class ManifestNetworkTests
{
    private static readonly Workload Silo = Manifests.Workloads["orders-silo"];
    private static readonly Workload Gateway = Manifests.Workloads["orders-gateway"];
    private static readonly Workload Migrate = Manifests.Workloads["orders-migrate"];

    [Theory]
    [InlineData("orders-silo")]
    [InlineData("orders-gateway")]
    public void A_deployment_its_budget_and_its_spread_select_its_pods_and_no_others(string name)
    {
        var workload = Manifests.Workloads[name];
        var budget = Manifests.OfKind("PodDisruptionBudget").Single(one => one.Text("metadata/name") == name);
        JsonNode?[] selectors = [workload.Definition.At("spec/selector"), budget.At("spec/selector"), workload.Pod.At("topologySpreadConstraints/0/labelSelector")];
        Assert.All(selectors, selector => Assert.Equal([name], SelectedBy(selector)));
        // One of several may go: with none, machines could never be drained; with all, nobody would answer.
        Assert.Equal(1, (int)budget.At("spec/maxUnavailable")!);
        Assert.True((int)workload.Definition.At("spec/replicas")! > 1);
        Assert.Equal("0", workload.Definition.Text("spec/strategy/rollingUpdate/maxUnavailable"));
    }

    [Fact]
    public void The_service_leads_to_the_gateways_http_port()
    {
        var service = Manifests.OfKind("Service").Single();
        Assert.All(service.Pairs("spec/selector"), pair => Assert.Equal(pair.Value, Gateway.Labels.GetValueOrDefault(pair.Key)));
        Assert.DoesNotContain(service.Pairs("spec/selector"), pair => Silo.Labels.GetValueOrDefault(pair.Key) == pair.Value);
        Assert.Contains(service.Text("spec/ports/0/targetPort")!, Gateway.Ports.Keys);
    }

    [Fact]
    public void Everything_that_is_not_said_is_refused_in_both_directions()
    {
        var fence = Manifests.OfKind("NetworkPolicy").Single(policy => policy.At("spec/podSelector") is JsonObject { Count: 0 });
        Assert.Equal(["Ingress", "Egress"], fence.Items("spec/policyTypes").Select(type => type.ToString()));
        Assert.Null(fence.At("spec/ingress"));
        Assert.Null(fence.At("spec/egress"));
    }

    [Fact]
    public void Silos_and_gateways_reach_each_others_ports_and_nobody_reaches_a_dashboard()
    {
        Assert.True(Reaches(Silo, Silo, "silo"));
        Assert.True(Reaches(Gateway, Silo, "gateway"));
        Assert.True(IsTakenFrom(Gateway, null, Gateway.Ports["http"]));
        Assert.False(Reaches(Gateway, Silo, "silo"));
        Assert.False(Reaches(Silo, Silo, "dashboard"));
        Assert.False(Reaches(Gateway, Silo, "dashboard"));
        Assert.False(IsTakenFrom(Silo, null, Silo.Ports["silo"]));
        Assert.True(IsTakenFrom(Silo, null, Silo.Ports["health"])); // Prometheus
        Assert.False(Reaches(Gateway, Silo, "health"));
        Assert.False(Reaches(Migrate, Silo, "silo"));
    }

    [Fact]
    public void Everybody_reaches_the_database_and_names_and_silos_reach_kafka()
    {
        Assert.All(Manifests.Workloads.Values, workload =>
        {
            Assert.True(IsLetOut(workload, null, 5432));
            Assert.True(IsLetOut(workload, null, 53));
            Assert.False(IsLetOut(workload, null, 443));
        });
        var kafka = int.Parse(Silo.Environment["ORDERS_KAFKA"].Split(':')[^1]);
        Assert.True(IsLetOut(Silo, null, kafka));
        Assert.False(IsLetOut(Gateway, null, kafka));
    }

    private static string[] SelectedBy(JsonNode? selector) =>
        [.. Manifests.Workloads.Where(workload => Manifests.Selects(selector, workload.Value.Labels)).Select(workload => workload.Key)];

    private static bool Reaches(Workload sender, Workload receiver, string port) =>
        IsLetOut(sender, receiver, receiver.Ports[port]) && IsTakenFrom(receiver, sender, receiver.Ports[port]);

    /// <param name="receiver">Null for somebody who is not of ours.</param>
    private static bool IsLetOut(Workload sender, Workload? receiver, int port) => Rules(sender, "egress").Any(rule => Means(rule, "to", receiver, port));

    private static bool IsTakenFrom(Workload receiver, Workload? sender, int port) => Rules(receiver, "ingress").Any(rule => Means(rule, "from", sender, port));

    private static IEnumerable<JsonNode> Rules(Workload workload, string direction) => Manifests.OfKind("NetworkPolicy")
        .Where(policy => Manifests.Selects(policy.At("spec/podSelector"), workload.Labels)).SelectMany(policy => policy.Items($"spec/{direction}"));

    private static bool Means(JsonNode rule, string side, Workload? other, int port) =>
        rule.Items("ports").Any(one => (int)one.At("port")! == port)
        && (rule.At(side) is null || rule.Items(side).Any(peer => other is null
            ? peer.At("namespaceSelector") is not null
            : peer.At("namespaceSelector") is JsonObject { Count: 0 } || (peer.At("podSelector") is { } pods && Manifests.Selects(pods, other.Labels))));
}
