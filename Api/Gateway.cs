using Microsoft.Extensions.Logging;
using Npgsql;
using OrleansOrders.Engine;
using OrleansOrders.Engine.Auditing;
using OrleansOrders.Engine.Personal;
using OrleansOrders.Engine.Webhooks;
using OrleansOrders.EventStore;
using OrleansOrders.Grains.Interfaces;
using OrleansOrders.Hosting;
using OrleansOrders.Hosting.Measuring;
using OrleansOrders.ReadModels;

namespace OrleansOrders.Api;

/// <summary>
/// The API in this process: commands and present states through the silos, queries and the past straight from PostgreSQL.
/// </summary>
public sealed partial class Gateway : IAsyncDisposable
{
    // For the past and for health; the read models have connections of their own.
    private const int HistoryConnections = 10;

    // Below the API's own patience with a command (20 s), so that its caller gets an answer that says what is known.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(16);

    // What was started last stops first, also when a start breaks off in the middle.
    private readonly Stack<IAsyncDisposable> _started = new();

    private Gateway()
    {
    }

    /// <summary>Where it listens; no slash at the end.</summary>
    public string Url { get; private set; } = "";

    /// <summary>Checks the database and returns when requests are answered; without a silo, by saying so.</summary>
    /// <exception cref="Failure">The port is taken.</exception>
    public static async Task<Gateway> Start(GatewaySettings settings, ILoggerFactory logging, CancellationToken cancellation)
    {
        var gateway = new Gateway();
        try
        {
            await gateway.Serve(settings, logging, cancellation);
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes no more requests, finishes those under way, and leaves the cluster.</summary>
    public async ValueTask DisposeAsync()
    {
        while (_started.TryPop(out var last))
            await last.DisposeAsync();
    }

    private async Task Serve(GatewaySettings settings, ILoggerFactory logging, CancellationToken cancellation)
    {
        var time = settings.Web.Time;
        var log = logging.CreateLogger("OrleansOrders");
        var telemetry = Started(Telemetry.Start(GatewayProgram.Name));
        var connections = await settings.Database.Find(cancellation);
        var database = Started(StoreConnections.Open(StoreConnections.Tune(connections.Writer, HistoryConnections), "log"));
        await Schema.Check(database, cancellation);
        var store = Started(new PostgresEventStore(database, new EventStoreOptions(), time));
        var personal = await MasterKeySetting.Open(database, settings.MasterKey, settings.MasterKeyFile, time, cancellation);
        var history = Started(new Aggregates(store, new EngineOptions { Personal = personal }));
        var readModels = Started(new PostgresReadModels(
            connections.Projector, store, time,
            new ReadModelsOptions { Reader = connections.Reader, SealRepair = personal?.SealFor(store) }));
        var erasures = personal is null
            ? null
            : Started(new Erasures(
                database, connections.Projector, store, readModels, personal, time,
                (what, failure) => LogFailure(log, what, failure.GetType().Name)));
        Started(StateSampler.Start(readModels, time));
        var webhooks = personal is null ? null : new Webhooks(database, store, personal, time);
        var audit = Started(new AuditTrail(database, time));
        var connection = Started(new ClusterConnection(settings, connections.Writer, logging));
        var aggregates = new SteadyAggregates(
            connection, new GrainAggregates(connection.Grains, history, time, Patience), history);
        var web = settings.Web with
        {
            Api = settings.Web.Api with
            {
                Obstacle = connection.FindObstacle, Silos = () => connection.Silos, Personal = personal, Erasures = erasures,
                Metrics = telemetry.WriteMetrics,
                Webhooks = webhooks,
            },
        };
        var server = Started(await WebServer.Start(web, aggregates, readModels, audit, logging, cancellation));
        Url = server.Url;
        connection.Open();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{What} failed and will be tried again: {Kind}")]
    private static partial void LogFailure(ILogger log, string what, string kind);

    private T Started<T>(T part)
        where T : IAsyncDisposable
    {
        _started.Push(part);
        return part;
    }
}
