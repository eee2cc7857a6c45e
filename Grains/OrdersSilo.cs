using System.Collections.Frozen;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Configuration;
using Orleans.Hosting;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.Engine.Auditing;
using OrleansOrders.Engine.Personal;
using OrleansOrders.Engine.Providers;
using OrleansOrders.Engine.Reactions;
using OrleansOrders.Engine.Webhooks;
using OrleansOrders.EventStore;
using OrleansOrders.Grains.Aggregates;
using OrleansOrders.Grains.Calls;
using OrleansOrders.Grains.Feed;
using OrleansOrders.Grains.Interfaces;
using OrleansOrders.Grains.LogConsistency;

namespace OrleansOrders.Grains;

/// <summary>Everything behind the aggregates' grains.</summary>
public static partial class OrdersSilo
{
    /// <summary>Parts that the log is shared out in. Silos that run side by side must agree on it.</summary>
    public const int FeedPartitions = FeedLeases.Partitions;

    // With those of the read models and of Orleans itself, two silos stay well below what a server allows by default.
    private const int DatabaseConnections = 20;

    /// <summary>
    /// Adds the grains, their journal, the call filters, the sagas and the feed. A payment provider or a carrier that is
    /// among the services already is used; else the simulated ones are.
    /// </summary>
    public static ISiloBuilder AddOrders(this ISiloBuilder silo, OrdersSiloOptions options)
    {
        var services = silo.Services;
        services.AddOrdersContracts();
        services.Configure<SiloMessagingOptions>(messaging => messaging.MaxMessageBodySize = OrdersContracts.LargestMessage);
        services.TryAddSingleton(TimeProvider.System);
        AddEngine(services, options);
        silo.AddPostgresLogConsistency(
            journal =>
            {
                journal.Format = new OrdersJournal();
                journal.SnapshotEvery = options.Engine.SnapshotEvery;
                journal.ReadBatch = options.Engine.ReadBatch;
            }, OrdersJournal.Name);
        var tenants = options.Tenants.ToFrozenSet(StringComparer.Ordinal);
        services.AddSingleton<IIncomingGrainCallFilter>(provider => new IncomingCallFilter(tenants, provider.GetRequiredService<IAuditTrail>()));
        services.AddSingleton<SiloStop>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredService<SiloStop>());
        if (options.ReadsFeed)
            services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => new FeedLifetime(() => CreateFeed(provider, options)));
        if (options is { Webhooks: { } webhooks, Engine.Personal: { } personal })
        {
            services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(
                provider => new WebhookLifetime(() => CreateWebhooks(provider, webhooks, personal)));
        }
        if (options.Kafka is not null)
            silo.AddKafka(options.Kafka, options.Publisher ?? options.ConnectionString, options.Notifier, options.Engine.Personal);
        return silo;
    }

    private static void AddEngine(IServiceCollection services, OrdersSiloOptions options)
    {
        services.TryAddSingleton(_ => StoreConnections.Open(
            StoreConnections.Tune(options.ConnectionString, DatabaseConnections), "log"));
        services.TryAddSingleton<IAuditTrail>(provider => new AuditTrail(
            provider.GetRequiredService<NpgsqlDataSource>(), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IEventStore>(provider => new PostgresEventStore(
            provider.GetRequiredService<NpgsqlDataSource>(), new EventStoreOptions { Boundary = options.Engine.Boundary },
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IPaymentProvider>(provider => new SimulatedPaymentProvider(
            new PostgresProviderBooks(provider.GetRequiredService<NpgsqlDataSource>()), provider.GetRequiredService<TimeProvider>(),
            options.SlowPayment));
        services.TryAddSingleton<ICarrier, SimulatedCarrier>();
        services.AddSingleton(provider => new Engine.Aggregates(provider.GetRequiredService<IEventStore>(), options.Engine));
        services.AddSingleton(provider => new GrainServices(
            provider.GetRequiredService<IEventStore>(), provider.GetRequiredService<Engine.Aggregates>(), options.Engine));
        services.AddSingleton(provider => new SagaServices(
            new SiloAggregates(
                provider.GetRequiredService<IGrainFactory>(), provider.GetRequiredService<Engine.Aggregates>(),
                provider.GetRequiredService<TimeProvider>()),
            provider.GetRequiredService<IPaymentProvider>(), provider.GetRequiredService<ICarrier>(), options.Engine,
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<SiloStop>().Token));
    }

    private static LogFeed CreateFeed(IServiceProvider provider, OrdersSiloOptions options)
    {
        var log = provider.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(LogFeed).FullName!);
        var silo = provider.GetRequiredService<ILocalSiloDetails>();
        return new LogFeed(
            provider.GetRequiredService<IEventStore>(), provider.GetRequiredService<IReadModels>(),
            provider.GetRequiredService<IGrainFactory>(),
            new FeedLeases(provider.GetRequiredService<NpgsqlDataSource>(), silo.SiloAddress.ToParsableString()),
            new PostgresReactionLetters(new DeadLetters(provider.GetRequiredService<NpgsqlDataSource>())), options.Engine,
            provider.GetRequiredService<TimeProvider>(), (what, failure) =>
            {
                if (failure is not OperationCanceledException) // a silo that stops breaks its sagas off, and says so itself
                    LogFailure(log, what, failure.GetType().Name, failure.Message);
            });
    }

    private static WebhookSender CreateWebhooks(IServiceProvider provider, WebhookOptions options, PersonalTexts personal)
    {
        var log = provider.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(WebhookSender).FullName!);
        return new WebhookSender(
            provider.GetRequiredService<IEventStore>(), provider.GetRequiredService<NpgsqlDataSource>(), personal,
            provider.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString(), options,
            provider.GetRequiredService<TimeProvider>(),
            (what, failure) => LogFailure(log, what, failure.GetType().Name, failure.Message), line => LogNotice(log, line));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Line}")]
    private static partial void LogNotice(ILogger log, string line);

    // The reason only, not the exception's whole text: it could quote what a customer wrote.
    [LoggerMessage(Level = LogLevel.Warning, Message = "{What} failed and will be tried again: {Kind}: {Reason}")]
    private static partial void LogFailure(ILogger log, string what, string kind, string reason);
}
