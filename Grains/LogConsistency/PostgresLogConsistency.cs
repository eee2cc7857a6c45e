using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using Orleans.EventSourcing;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;
using OrleansOrders.EventStore;

namespace OrleansOrders.Grains.LogConsistency;

/// <summary>Registers the log-consistency provider that keeps the events of journaled grains in PostgreSQL.</summary>
public static class PostgresLogConsistency
{
    /// <summary>The provider of grains that name none.</summary>
    public const string DefaultName = "Default";

    /// <summary>
    /// Makes the provider known under a name, for <c>[LogConsistencyProvider(ProviderName = name)]</c>; under
    /// <see cref="DefaultName"/> also for grains without that attribute. Several may be registered.
    /// </summary>
    /// <remarks>
    /// The database must have the event store's tables (<c>Migrator.Apply</c> with <c>EventStoreSchema.Migrations</c>).
    /// Unlike Orleans' own providers, events that meet a conflict are never appended without the grain deciding again,
    /// and a failed write is told exactly once, by the next <c>ConfirmEvents</c> or conditional raise.
    /// </remarks>
    public static ISiloBuilder AddPostgresLogConsistency(
        this ISiloBuilder silo, Action<PostgresLogConsistencyOptions> configure, string name = DefaultName)
    {
        var options = new PostgresLogConsistencyOptions();
        configure(options);
        ArgumentNullException.ThrowIfNull(options.Format);
        var services = silo.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<JournalFaults>();
        if (options.ConnectionString is { } connectionString)
            AddStore(services, connectionString);
        services.TryAddSingleton(provider => new SnapshotWriter(provider.GetRequiredService<IEventStore>()));
        services.TryAddSingleton<Factory<IGrainContext, ILogConsistencyProtocolServices>>(provider =>
        {
            var shared = ActivatorUtilities.CreateInstance<JournalServices.Shared>(provider);
            return context => new JournalServices(context, shared);
        });
        services.AddKeyedSingleton<ILogViewAdaptorFactory>(name, (provider, _) => new AdaptorFactory(new JournalRuntime(
            provider.GetRequiredService<IEventStore>(), provider.GetRequiredService<SnapshotWriter>(),
            provider.GetRequiredService<JournalFaults>(), options.Format, options)));
        if (name == DefaultName)
            services.TryAddSingleton(provider => provider.GetRequiredKeyedService<ILogViewAdaptorFactory>(DefaultName));
        return silo;
    }

    private static void AddStore(IServiceCollection services, string connectionString)
    {
        services.TryAddKeyedSingleton(JournalTelemetry.Name, (_, _) => StoreConnections.Open(connectionString, "log"));
        services.TryAddSingleton<IEventStore>(provider => new PostgresEventStore(
            provider.GetRequiredKeyedService<NpgsqlDataSource>(JournalTelemetry.Name), new EventStoreOptions(),
            provider.GetRequiredService<TimeProvider>()));
    }
}
