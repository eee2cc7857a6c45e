using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;
using OrleansOrders.Grains;
using OrleansOrders.Grains.Interfaces;
using OrleansOrders.ReadModels;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cluster.Support;

/// <summary>One silo of its own cluster in this process, on free ports, with the grains and the feed on a database of a test's.</summary>
internal sealed class TestSilo : IAsyncDisposable
{
    private readonly IHost host;
    private readonly ProjectionHost? projections;

    private TestSilo(IHost host, ProjectionHost? projections) => (this.host, this.projections) = (host, projections);

    public IServiceProvider Services => host.Services;

    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    public IEventStore Store => Services.GetRequiredService<IEventStore>();

    public IReadModels ReadModels => Services.GetRequiredService<IReadModels>();

    /// <summary>The port that clients connect to.</summary>
    public int GatewayPort { get; private init; }

    /// <param name="readModels">How the read models reach their tables; as everything else when null.</param>
    public static async Task<TestSilo> Start(
        TestDatabase database, Action<ISiloBuilder>? configure = null, OrdersSiloOptions? options = null, string? readModels = null)
    {
        var (siloPort, gatewayPort) = (FreePort(), FreePort());
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IReadModels>(services => new PostgresReadModels(
            readModels ?? database.ConnectionString, services.GetRequiredService<IEventStore>(), TimeProvider.System));
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(siloPort, gatewayPort, null, "orders", "orders");
            silo.UseInMemoryReminderService();
            silo.AddOrders(options ?? new OrdersSiloOptions(database.ConnectionString) { SlowPayment = TimeSpan.FromMilliseconds(50) });
            configure?.Invoke(silo);
        });
        var host = builder.Build();
        await host.StartAsync();
        var projections = options?.Kafka is not null ? null : await ProjectionHost.Start((PostgresReadModels)host.Services.GetRequiredService<IReadModels>());
        return new TestSilo(host, projections) { GatewayPort = gatewayPort };
    }

    public async ValueTask DisposeAsync()
    {
        if (projections is not null)
            await projections.DisposeAsync();
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
