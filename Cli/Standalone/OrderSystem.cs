using Microsoft.Extensions.Logging;
using Npgsql;
using OrleansOrders.Engine;
using OrleansOrders.Engine.Auditing;
using OrleansOrders.Engine.Notifications;
using OrleansOrders.Engine.Personal;
using OrleansOrders.Engine.Providers;
using OrleansOrders.Engine.Reactions;
using OrleansOrders.Engine.Webhooks;
using OrleansOrders.EventStore;
using OrleansOrders.Hosting;
using OrleansOrders.Hosting.Measuring;
using OrleansOrders.Hosting.Roles;
using OrleansOrders.ReadModels;

namespace OrleansOrders.Cli.Standalone;

/// <summary>Everything behind the API: the log, the rules, what follows the log. Started and stopped in one order.</summary>
internal sealed partial class OrderSystem : IAsyncDisposable
{
    // With those of the read models, well below what the private server allows.
    private const int DatabaseConnections = 40;

    // What was started last stops first, also when a start breaks off in the middle.
    private readonly Stack<IAsyncDisposable> started = new();

    private OrderSystem(StandaloneOptions options, RoleConnections connections, NpgsqlDataSource database, ILogger log)
    {
        Started(database);
        Audit = Started(new AuditTrail(database, options.Time));
        Store = Started(new PostgresEventStore(database, new EventStoreOptions { Boundary = options.Engine.Boundary }, options.Time));
        Aggregates = Started(new Aggregates(Store, options.Engine));
        ReadModels = Started(new PostgresReadModels(
            connections.Projector, Store, options.Time,
            new ReadModelsOptions
            {
                Reader = connections.Reader, Notice = line => LogNotice(log, line), SealRepair = options.Engine.Personal?.SealFor(Store),
            }));
        Books = new PostgresProviderBooks(database);
        if (options.Engine.Personal is { } personal)
        {
            Personal = personal;
            Erasures = Started(new Erasures(
                database, connections.Projector, Store, ReadModels, personal, options.Time,
                (what, failure) => LogFailure(log, what, failure.GetType().Name, failure.Message)));
            Webhooks = new Webhooks(database, Store, personal, options.Time);
            WebhookSender = new WebhookSender(
                Store, database, personal, $"standalone {Guid.NewGuid():N}", options.Webhooks, options.Time,
                (what, failure) => LogFailure(log, what, failure.GetType().Name, failure.Message), line => LogNotice(log, line));
        }
        Runner = new FulfilmentRunner(
            Store, Aggregates, ReadModels, new SimulatedPaymentProvider(Books, options.Time, options.SlowPayment), new SimulatedCarrier(),
            new PostgresReactionCheckpoint(database, "fulfilment"), new PostgresReactionLetters(new DeadLetters(database)), options.Engine,
            options.Time,
            (what, failure) => LogFailure(log, what, failure.GetType().Name, failure.Message));
        Notifications = new NotificationFollower(
            Store,
            new Notifications(
                Store, Aggregates, database, options.Notifier ?? new LogNotifier(line => LogNotification(log, line)), options.Notifications,
                options.Time),
            database, options.Notifications, options.Time,
            (what, failure) => LogFailure(log, what, failure.GetType().Name, failure.Message));
    }

    public AuditTrail Audit { get; }

    /// <summary>Null where nothing is sealed.</summary>
    public PersonalTexts? Personal { get; }

    /// <summary>Null where nothing is sealed.</summary>
    public Erasures? Erasures { get; }

    /// <summary>Null where nothing is sealed.</summary>
    public Webhooks? Webhooks { get; }

    /// <summary>Null where nothing is sealed.</summary>
    public WebhookSender? WebhookSender { get; }

    public PostgresEventStore Store { get; }

    public Aggregates Aggregates { get; }

    public PostgresReadModels ReadModels { get; }

    public IProviderBooks Books { get; }

    public FulfilmentRunner Runner { get; }

    public NotificationFollower Notifications { get; }

    public static async Task<OrderSystem> Start(StandaloneOptions options, ILoggerFactory logging, CancellationToken cancellation)
    {
        // Nothing stays connected as the owner of the tables.
        await using (var owner = NpgsqlDataSource.Create(options.Logins.Main))
            await Schema.Apply(owner, cancellation, options.Logins.RolesLogIn);
        var connections = await options.Logins.Find(cancellation);
        var database = StoreConnections.Open(StoreConnections.Tune(connections.Writer, DatabaseConnections), "log");
        PersonalTexts? personal;
        try
        {
            personal = await MasterKeySetting.Open(database, options.MasterKey, options.MasterKeyFile, options.Time, cancellation);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
        var sealing = options with
        {
            Engine = options.Engine with { Personal = personal },
            Notifications = options.Notifications with { Personal = personal },
        };
        var system = new OrderSystem(sealing, connections, database, logging.CreateLogger("OrleansOrders"));
        try
        {
            system.Started(StateSampler.Start(system.ReadModels, options.Time));
            system.Started(await ProjectionHost.Start(system.ReadModels, cancellation));
            await system.Started(system.Runner).Start(cancellation);
            await system.Started(system.Notifications).Start(cancellation);
            if (system.WebhookSender is { } sender)
                system.Started(sender).Start();
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (started.TryPop(out var last))
            await last.DisposeAsync();
    }

    private T Started<T>(T part)
        where T : IAsyncDisposable
    {
        started.Push(part);
        return part;
    }

    // The reason only, not the exception's whole text: it could quote what a customer wrote.
    [LoggerMessage(Level = LogLevel.Warning, Message = "{What} failed and will be tried again: {Kind}: {Reason}")]
    private static partial void LogFailure(ILogger log, string what, string kind, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Line}")]
    private static partial void LogNotification(ILogger log, string line);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Line}")]
    private static partial void LogNotice(ILogger log, string line);
}
