using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cluster.Support;

/// <summary>A silo in this process with nothing but Orleans' own ADO.NET providers.</summary>
internal static class BareSilo
{
    public static async Task<IHost> Start(TestDatabase database, string cluster)
    {
        var (siloPort, gatewayPort) = FreePorts();
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo => silo
            .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster, "service"))
            .ConfigureEndpoints(IPAddress.Loopback, siloPort, gatewayPort)
            .UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (OrleansProviders.Invariant, database.ConnectionString))
            .UseAdoNetReminderService(options => (options.Invariant, options.ConnectionString) = (OrleansProviders.Invariant, database.ConnectionString))
            .AddAdoNetGrainStorage("states", options => (options.Invariant, options.ConnectionString) = (OrleansProviders.Invariant, database.ConnectionString)));
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    public static async Task<IHost> StartClient(TestDatabase database, string cluster)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleansClient(client => client
            .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster, "service"))
            .UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (OrleansProviders.Invariant, database.ConnectionString)));
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    // Both are held until both are known, so that they differ.
    private static (int, int) FreePorts()
    {
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return (((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
    }
}
