using Microsoft.Extensions.Logging;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;
using OrleansOrders.Hosting;
using OrleansOrders.Hosting.Measuring;

namespace OrleansOrders.Cli.Standalone;

/// <summary>The whole standalone edition in this process: tables, log, engine, saga runner, projections and HTTP.</summary>
public sealed class StandaloneHost : IAsyncDisposable
{
    private readonly ILoggerFactory logging;
    private readonly Telemetry telemetry;
    private readonly OrderSystem system;
    private readonly WebServer server;

    private StandaloneHost(ILoggerFactory logging, Telemetry telemetry, OrderSystem system, WebServer server) =>
        (this.logging, this.telemetry, this.system, this.server) = (logging, telemetry, system, server);

    /// <summary>Where it listens, <c>http://localhost:8080</c>; no slash at the end.</summary>
    public string BaseUrl => server.Url;

    public IEventStore Store => system.Store;

    public IAggregates Aggregates => system.Aggregates;

    public IReadModels ReadModels => system.ReadModels;

    public IPaymentLedger Ledger => system.Books;

    /// <summary>Every event up to this position has had its reactions.</summary>
    public long ReactedPosition => system.Runner.Position;

    /// <summary>Customers were told of every event up to this position, or cannot be.</summary>
    public long NotifiedPosition => system.Notifications.Position;

    /// <summary>Migrates, starts everything, and returns when requests are answered.</summary>
    /// <exception cref="Failure">The port is taken.</exception>
    /// <exception cref="NewerDatabaseException">A newer program has changed the database.</exception>
    public static async Task<StandaloneHost> Start(StandaloneOptions options, CancellationToken cancellation = default)
    {
        var logging = Logs.Create(options.LogLevel);
        Telemetry? telemetry = null;
        OrderSystem? system = null;
        try
        {
            telemetry = Telemetry.Start("orders");
            system = await OrderSystem.Start(options, logging, cancellation);
            var server = await WebServer.Start(
                options.Web with
                {
                    Time = options.Time,
                    Api = options.Web.Api with
                    {
                        Personal = system.Personal, Erasures = system.Erasures, Webhooks = system.Webhooks, Metrics = telemetry.WriteMetrics,
                    },
                }, system.Aggregates, system.ReadModels, system.Audit, logging, cancellation);
            return new StandaloneHost(logging, telemetry, system, server);
        }
        catch
        {
            if (system is not null)
                await system.DisposeAsync();
            if (telemetry is not null)
                await telemetry.DisposeAsync();
            logging.Dispose();
            throw;
        }
    }

    /// <summary>Takes no more requests, finishes those under way, then stops what works behind them.</summary>
    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await system.DisposeAsync();
        await telemetry.DisposeAsync();
        logging.Dispose();
    }
}
