using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Messaging;
using Orleans.Runtime.Membership;
using Orleans.Storage;
using OrleansOrders.Hosting;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cluster.Support;

/// <summary>
/// Orleans' own ADO.NET providers on a database that holds nothing but what they need, as a silo would make them, without
/// a silo around them.
/// </summary>
public sealed class OrleansProviders : IAsyncLifetime
{
    public const string Invariant = "Npgsql";

    private readonly List<IHost> _hosts = [];

    internal TestDatabase Database { get; private set; } = null!;

    public async Task InitializeAsync() => Database = await TestDatabase.Create(OrleansSchema.Migrations);

    public async Task DisposeAsync()
    {
        foreach (var host in _hosts)
            host.Dispose();
        await Database.DisposeAsync();
    }

    /// <summary>One silo's view of the members of a cluster.</summary>
    internal async Task<IMembershipTable> Membership(string cluster)
    {
        var table = Host(cluster, "service").GetRequiredService<IMembershipTable>();
        await table.InitializeMembershipTable(tryInitTableVersion: true);
        return table;
    }

    /// <summary>One client's view of a cluster's gateways.</summary>
    internal async Task<IGatewayListProvider> Gateways(string cluster)
    {
        var gateways = new AdoNetGatewayListProvider(
            NullLogger<AdoNetGatewayListProvider>.Instance,
            Host(cluster, "service"),
            Options.Create(new AdoNetClusteringClientOptions { Invariant = Invariant, ConnectionString = Database.ConnectionString }),
            Options.Create(new GatewayOptions()),
            Options.Create(new ClusterOptions { ClusterId = cluster, ServiceId = "service" }));
        await gateways.InitializeGatewayListProvider();
        return gateways;
    }

    internal async Task<IReminderTable> Reminders(string service)
    {
        var table = Host("cluster", service).GetRequiredService<IReminderTable>();
        await table.StartAsync();
        return table;
    }

    internal async Task<IGrainStorage> Storage(string service, bool deleteOnClear = false)
    {
        var host = Host("cluster", service, deleteOnClear);
        var storage = (AdoNetGrainStorage)host.GetRequiredKeyedService<IGrainStorage>("states");
        var start = new SiloLifecycleSubject(NullLogger<SiloLifecycleSubject>.Instance);
        storage.Participate(start);
        await start.OnStart();
        return storage;
    }

    private IServiceProvider Host(string cluster, string service, bool deleteOnClear = false)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo => silo
            .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster, service))
            .UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (Invariant, Database.ConnectionString))
            .UseAdoNetReminderService(options => (options.Invariant, options.ConnectionString) = (Invariant, Database.ConnectionString))
            .AddAdoNetGrainStorage("states", options =>
            {
                (options.Invariant, options.ConnectionString) = (Invariant, Database.ConnectionString);
                options.DeleteStateOnClear = deleteOnClear;
            }));
        var host = builder.Build();
        lock (_hosts)
            _hosts.Add(host);
        return host.Services;
    }
}
