using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Configuration;
using Orleans.Connections.Security;
using OrleansOrders.Grains.Interfaces;
using OrleansOrders.Hosting;

namespace OrleansOrders.Api;

/// <summary>The Orleans client. It waits for silos as long as it takes, and finds others when they go.</summary>
internal sealed class ClusterConnection : IAsyncDisposable
{
    private const int MembershipConnections = 2;

    // A call on its way to a silo that stands still is never answered. Where a silo is killed, its closed connection tells sooner.
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(6);

    // Also how soon a silo that came back is used again. One small query each.
    private static readonly TimeSpan GatewayRefresh = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(500);

    private readonly IHost _host;
    private readonly CancellationTokenSource _stopping = new();
    private Task _opening = Task.CompletedTask;
    private volatile bool _isOpen;
    private volatile int _silos;
    private TaskCompletionSource _loss = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="database">A connection string of a user who may read the members.</param>
    public ClusterConnection(GatewaySettings settings, string database, ILoggerFactory logging)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = GatewayProgram.Name });
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddSingleton(logging);
        builder.UseOrleansClient(client => Configure(client, settings, database));
        _host = builder.Build();
    }

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    /// <summary>Calls may be made. They fail while no silo is there.</summary>
    public bool IsOpen => _isOpen;

    /// <summary>Completes when the next silo is lost; calls that are on their way to it will not be answered.</summary>
    public Task NextLoss => Volatile.Read(ref _loss).Task;

    /// <summary>Silos that calls can be sent to.</summary>
    public int Silos => _silos;

    /// <summary>Why no call can be made, or null.</summary>
    public string? FindObstacle() => _isOpen && _silos > 0 ? null : "No silo of the cluster can be reached.";

    public void Open() => _opening = Task.Run(async () =>
    {
        await _host.StartAsync(_stopping.Token);
        _isOpen = true;
    });

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        try
        {
            await _opening;
            await _host.StopAsync();
        }
        catch (OperationCanceledException)
        {
            // No silo came before this was closed again.
        }
        _host.Dispose();
        _stopping.Dispose();
    }

    private void Configure(IClientBuilder client, GatewaySettings settings, string database)
    {
        var connection = new NpgsqlConnectionStringBuilder(database)
        {
            MaxPoolSize = MembershipConnections, ApplicationName = $"{GatewayProgram.Name} membership",
        }.ConnectionString;
        client
            .Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (settings.Cluster, settings.Service))
            .UseAdoNetClustering((AdoNetClusteringClientOptions options) =>
                (options.Invariant, options.ConnectionString) = (ClusterNames.DatabaseDriver, connection))
            .Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = GatewayRefresh)
            .Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = ResponseTimeout)
            .UseConnectionRetryFilter(WaitForSilos)
            .AddGatewayCountChangedHandler((_, change) => Count(change.NumberOfConnectedGateways, change.PreviousNumberOfConnectedGateways));
        if (settings.Tls is { } tls)
        {
            client.UseTls(tls.Certificate, options =>
            {
                // Silos are found by address, so that no name can be compared: the authority is the cluster's own.
                options.OnAuthenticateAsClient = (_, authentication) => authentication.TargetHost = GatewayProgram.Name;
                options.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
                options.RemoteCertificateValidation = (certificate, _, _) => tls.Accepts(certificate);
            });
        }
        client.Services.AddOrdersClient();
    }

    private void Count(int silos, int before)
    {
        _silos = silos;
        if (silos < before)
            Interlocked.Exchange(ref _loss, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    private static async Task<bool> WaitForSilos(Exception failure, CancellationToken cancellation)
    {
        await Task.Delay(BetweenAttempts, cancellation);
        return true;
    }
}
