using OrleansOrders.Tests.Cluster.Support;

namespace OrleansOrders.Tests.Cluster.Hosting;

public sealed class GatewayListTests(OrleansProviders providers) : IClassFixture<OrleansProviders>
{
    private readonly string _cluster = $"{Guid.NewGuid():n}";

    [Fact]
    public async Task Clients_find_the_active_silos_that_have_a_gateway()
    {
        var table = await providers.Membership(_cluster);
        var without = Silos.Entry(2, SiloStatus.Active);
        without.ProxyPort = 0;
        await Silos.Join(
            table, Silos.Entry(1, SiloStatus.Active), without, Silos.Entry(3, SiloStatus.Joining), Silos.Entry(4, SiloStatus.Dead),
            Silos.Entry(5, SiloStatus.Active));
        await Silos.Join(await providers.Membership($"{_cluster}-other"), Silos.Entry(6, SiloStatus.Active));
        var found = await (await providers.Gateways(_cluster)).GetGateways();
        Assert.Equal(
            ["gwy.tcp://127.0.0.1:30001/1", "gwy.tcp://127.0.0.1:30005/5"],
            found.Select(gateway => gateway.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_cluster_that_nobody_has_started_yet_has_none() =>
        Assert.Empty(await (await providers.Gateways(_cluster)).GetGateways());
}
