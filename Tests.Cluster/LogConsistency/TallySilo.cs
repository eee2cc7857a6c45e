using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Hosting;
using OrleansOrders.EventStore;
using OrleansOrders.Grains.LogConsistency;

namespace OrleansOrders.Tests.Cluster.LogConsistency;

/// <summary>A silo of somebody else's, with the provider registered in one call. Two of them on one database are two activations of every grain.</summary>
internal sealed class TallySilo : IAsyncDisposable
{
    public const int SnapshotEvery = 10;

    private static readonly JsonJournalFormat Format = new(new Dictionary<Type, string> { [typeof(Added)] = "added.v1" });

    private readonly IHost host;
    private readonly NpgsqlDataSource database;

    private TallySilo(IHost host, NpgsqlDataSource database) => (this.host, this.database) = (host, database);

    public IEventStore Store => host.Services.GetRequiredService<IEventStore>();

    public JournalFaults Faults => host.Services.GetRequiredService<JournalFaults>();

    public static async Task<TallySilo> Start(string connectionString, EventStoreOptions? options = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        var database = NpgsqlDataSource.Create(connectionString);
        if (options is not null)
            builder.Services.AddSingleton<IEventStore>(new PostgresEventStore(database, options, TimeProvider.System));
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(FreePort(), FreePort(), null, "tally", "tally");
            silo.AddPostgresLogConsistency(journal =>
            {
                journal.Format = Format;
                journal.SnapshotEvery = SnapshotEvery;
                journal.ConnectionString = connectionString;
            });
        });
        var host = builder.Build();
        await host.StartAsync();
        return new TallySilo(host, database);
    }

    public ITallyGrain Grain(string id) => host.Services.GetRequiredService<IGrainFactory>().GetGrain<ITallyGrain>(id);

    public static StreamName StreamOf(string id) => new("default", "tally", id);

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync();
        await database.DisposeAsync();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
