using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;
using OrleansOrders.Grains.Interfaces;

namespace OrleansOrders.Tests.Cluster.Support;

/// <summary>An Orleans client as another .NET app would have one.</summary>
internal sealed class TestClient : IAsyncDisposable
{
    private readonly IHost host;

    private TestClient(IHost host) => this.host = host;

    public IClusterClient Cluster => host.Services.GetRequiredService<IClusterClient>();

    /// <param name="checks">Whether commands are looked at before they travel, as our own package does.</param>
    /// <param name="responses">How long an answer is waited for, 30 s by default.</param>
    public static async Task<TestClient> Connect(TestSilo silo, bool checks = true, TimeSpan? responses = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleansClient(client => client.UseLocalhostClustering([silo.GatewayPort], "orders", "orders"));
        if (checks)
            builder.Services.AddOrdersClient();
        else
            builder.Services.AddOrdersContracts();
        builder.Services.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = responses ?? messaging.ResponseTimeout);
        var host = builder.Build();
        await host.StartAsync();
        return new TestClient(host);
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync();
    }
}
