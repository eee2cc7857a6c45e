using Npgsql;
using OrleansOrders.Engine;
using OrleansOrders.EventStore;
using OrleansOrders.ReadModels;

namespace OrleansOrders.Cli.Standalone;

/// <summary>All tables that the standalone edition needs.</summary>
public static class Schema
{
    /// <summary>In the order in which they need each other.</summary>
    public static IReadOnlyList<MigrationSet> Sets { get; } =
        [EventStoreSchema.Migrations, EngineSchema.Migrations, ReadModelsSchema.Migrations];

    /// <returns>What ran; empty when the database was up to date.</returns>
    public static Task<IReadOnlyList<string>> Apply(NpgsqlDataSource database, CancellationToken cancellation) =>
        Migrator.Apply(database, Sets, cancellation);
}
