using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansOrders.Hosting;
using OrleansOrders.Tests.Cluster.Support;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cluster.Hosting;

/// <summary>Two real silos and a client find each other, and a grain sleeps and wakes, through nothing but our tables.</summary>
public sealed class RealSiloTests : IAsyncLifetime
{
    private readonly List<IHost> _hosts = [];
    private TestDatabase _database = null!;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.Create(OrleansSchema.Migrations);
        _hosts.AddRange(await Task.WhenAll(BareSilo.Start(_database, "shop"), BareSilo.Start(_database, "shop")));
        _hosts.Add(await BareSilo.StartClient(_database, "shop"));
    }

    public async Task DisposeAsync()
    {
        foreach (var host in Enumerable.Reverse(_hosts))
        {
            await host.StopAsync();
            host.Dispose();
        }
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Silos_that_start_together_form_one_cluster_and_a_stopped_one_leaves_it()
    {
        var management = _hosts[2].Services.GetRequiredService<IClusterClient>().GetGrain<IManagementGrain>(0);
        await Eventually.True(async () => (await management.GetHosts(onlyActive: true)).Count == 2);
        Assert.Equal(2L, await _database.Query<long>("select count(*) from orleans_silos where status = 3 and proxy_port > 0"));
        await _hosts[1].StopAsync();
        Assert.Equal(1L, await _database.Query<long>("select count(*) from orleans_silos where status = 3"));
        Assert.Equal(1L, await _database.Query<long>("select count(*) from orleans_silos where status = 6"));
        await Eventually.True(async () => (await management.GetHosts(onlyActive: true)).Count == 1);
    }

    [Fact]
    public async Task A_reminder_wakes_a_grain_whose_state_is_kept()
    {
        var grain = _hosts[2].Services.GetRequiredService<IClusterClient>().GetGrain<IWakingGrain>("tenant/order-1");
        await grain.Begin();
        await Eventually.True(async () => await grain.Woken() == 1);
        await Eventually.True(async () => await _database.Query<long>("select count(*) from orleans_reminders") == 0);
        Assert.Equal(1L, await _database.Query<long>("select count(*) from orleans_grain_states where key_text = 'tenant/order-1'"));
    }
}
