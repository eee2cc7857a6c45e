using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using OrleansOrders.Cli.Bench;
using OrleansOrders.Grains.LogConsistency;

namespace OrleansOrders.Benchmarks.Cluster;

/// <summary>One silo in this process; its own client makes the calls.</summary>
internal static class BenchmarkSilo
{
    // For each of the two, as many as a silo of ours uses. With more, up to what the server lets in, LogStorage was slower.
    private const int Connections = 20;

    public static async Task<IHost> Start(Action<ISiloBuilder> configure)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(FreePort(), FreePort(), null, "bench", "bench");
            configure(silo);
        });
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    /// <summary>A silo with both providers, for the same grain.</summary>
    public static Task<IHost> StartWithJournals(BenchDatabase database) => Start(silo => silo
        .AddPostgresLogConsistency(
            options =>
            {
                options.ConnectionString = database.WithConnections("ours", Connections);
                options.Format = new JsonJournalFormat(new Dictionary<Type, string> { [typeof(Note)] = "noted.v1" });
            }, Notebooks.Ours)
        .AddLogStorageBasedLogConsistencyProvider(Notebooks.LogStorage)
        .AddAdoNetGrainStorage(Notebooks.LogStorage, options =>
        {
            options.Invariant = "Npgsql";
            options.ConnectionString = database.WithConnections("logstorage", Connections);
        }));

    /// <summary>For one of several users of the server, who get a pool of their own.</summary>
    public static string WithConnections(this BenchDatabase database, string user, int most) =>
        new NpgsqlConnectionStringBuilder(database.ConnectionString) { MaxPoolSize = most, ApplicationName = $"bench {user}" }.ConnectionString;

    public static IGrainFactory Grains(this IHost silo) => silo.Services.GetRequiredService<IGrainFactory>();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
