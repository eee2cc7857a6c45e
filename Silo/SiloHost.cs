using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Npgsql;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine.Personal;
using OrleansOrders.EventStore;
using OrleansOrders.Hosting;
using OrleansOrders.Hosting.Measuring;
using OrleansOrders.Hosting.Roles;
using OrleansOrders.ReadModels;

namespace OrleansOrders.Silo;

/// <summary>A silo in this process: checked, started and stopped in one order.</summary>
public sealed class SiloHost : IAsyncDisposable
{
    // With other silos on their way to the same chance.
    private const int PortAttempts = 5;

    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(30);

    // What was started last stops first, also when a start breaks off in the middle.
    private readonly Stack<IAsyncDisposable> _started = new();

    private SiloHost(SiloSettings settings) => Settings = settings;

    /// <summary>With the ports that were chosen.</summary>
    public SiloSettings Settings { get; private set; }

    public string HealthUrl { get; private set; } = "";

    /// <summary>Null when it is not open.</summary>
    public string? DashboardUrl { get; private set; }

    /// <summary>The silo's services.</summary>
    public IServiceProvider Services { get; private set; } = null!;

    /// <summary>Checks the database, joins the cluster, and returns when the silo is active.</summary>
    /// <exception cref="Failure">A port is taken, or the cluster runs with other settings.</exception>
    public static async Task<SiloHost> Start(SiloSettings settings, ILoggerFactory logging, CancellationToken cancellation)
    {
        var silo = new SiloHost(settings);
        try
        {
            await silo.Start(logging, cancellation);
            return silo;
        }
        catch
        {
            await silo.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_started.TryPop(out var last))
            await last.DisposeAsync();
    }

    private async Task Start(ILoggerFactory logging, CancellationToken cancellation)
    {
        RefuseTakenPorts();
        var telemetry = Started(Telemetry.Start(SiloProgram.Name));
        var connections = await Settings.Database.Find(cancellation);
        var database = Started(StoreConnections.Open(
            new NpgsqlConnectionStringBuilder(connections.Writer) { MaxPoolSize = 4 }.ConnectionString, "silo"));
        await Schema.Check(database, cancellation);
        var clusterSettings = new ClusterSettings(database, Settings);
        await clusterSettings.Claim(cancellation);
        var readiness = new SiloReadiness(database);
        var health = Started(await HealthServer.Start(
            Settings.ListenAddress, Settings.HttpPort, readiness.Look, telemetry.WriteMetrics, logging, cancellation));
        HealthUrl = $"http://{UrlHost}:{health.Port}/health/ready";
        var personal = await MasterKeySetting.Open(
            database, Settings.MasterKey, Settings.MasterKeyFile, TimeProvider.System, cancellation);
        var host = await Join(connections, personal, logging, cancellation);
        _started.Push(new Stopping(readiness.Stopping));
        Services = host.Services;
        var state = Started(StateSampler.Start((PostgresReadModels)host.Services.GetRequiredService<IReadModels>(), TimeProvider.System));
        await clusterSettings.Confirm(cancellation);
        if (Settings.DashboardPassword is not null)
        {
            var address = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
            DashboardUrl = $"http://{UrlHost}:{new Uri(address).Port}/";
        }
        readiness.Joined(host.Services, state.FindTroubles);
    }

    private string UrlHost => System.Net.IPAddress.IsLoopback(Settings.Address) ? "localhost" : $"{Settings.Address}";

    private async Task<IHost> Join(
        RoleConnections connections, PersonalTexts? personal, ILoggerFactory logging, CancellationToken cancellation)
    {
        var asked = Settings;
        for (var attempt = 1; ; attempt++)
        {
            Settings = asked with
            {
                SiloPort = asked.SiloPort == 0 ? FreePorts.Choose(asked.Address) : asked.SiloPort,
                GatewayPort = asked.GatewayPort == 0 ? FreePorts.Choose(asked.Address) : asked.GatewayPort,
            };
            var host = OrleansHost.Build(Settings, connections, personal, logging);
            try
            {
                await host.StartAsync(cancellation);
                Started(new Running(host));
                return host;
            }
            catch (Exception failure)
            {
                await DisposeOf(host);
                if (!IsPortTaken(failure))
                    throw;
                if (attempt == PortAttempts || (asked.SiloPort != 0 && asked.GatewayPort != 0))
                    throw PortTaken(
                        $"One of the ports {Settings.SiloPort}, {Settings.GatewayPort} and {Settings.DashboardPort}",
                        "--silo-port, --gateway-port or --dashboard-port", failure);
            }
        }
    }

    // Named ports are looked at before anything is started; between this look and the start somebody may still take one.
    private void RefuseTakenPorts()
    {
        if (!FreePorts.IsFree(Settings.Address, Settings.SiloPort))
            throw PortTaken($"Port {Settings.SiloPort}", "--silo-port");
        if (!FreePorts.IsFree(Settings.Address, Settings.GatewayPort))
            throw PortTaken($"Port {Settings.GatewayPort}", "--gateway-port");
        if (Settings.DashboardPassword is not null && !FreePorts.IsFree(Settings.ListenAddress, Settings.DashboardPort))
            throw PortTaken($"Port {Settings.DashboardPort}", "--dashboard-port");
    }

    private Failure PortTaken(string what, string option, Exception? failure = null) => new(
        ExitCodes.Unreachable, $"{what} is in use on {Settings.Address}: stop what listens there, or name another with {option}.", failure);

    private static bool IsPortTaken(Exception? failure) => failure switch
    {
        null => false,
        AddressInUseException => true,
        SocketException socket => socket.SocketErrorCode is SocketError.AddressAlreadyInUse,
        AggregateException several => several.InnerExceptions.Any(IsPortTaken),
        _ => IsPortTaken(failure.InnerException),
    };

    private static async ValueTask DisposeOf(IHost host)
    {
        if (host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
        else
            host.Dispose();
    }

    private T Started<T>(T part)
        where T : IAsyncDisposable
    {
        _started.Push(part);
        return part;
    }

    private sealed class Running(IHost host) : IAsyncDisposable
    {
        /// <summary>Takes no more clients, lets the grains finish and go, and leaves the cluster.</summary>
        public async ValueTask DisposeAsync()
        {
            using var limit = new CancellationTokenSource(LongestDrain);
            await host.StopAsync(limit.Token);
            await DisposeOf(host);
        }
    }

    private sealed class Stopping(Action say) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            say();
            return ValueTask.CompletedTask;
        }
    }
}
