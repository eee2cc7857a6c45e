using Npgsql;
using OrleansOrders.Engine;
using OrleansOrders.EventStore;
using OrleansOrders.ReadModels;

namespace OrleansOrders.Hosting;

/// <summary>All tables that either edition needs: a database can change from one to the other.</summary>
public static class Schema
{
    /// <summary>In the order in which they need each other.</summary>
    public static IReadOnlyList<MigrationSet> Sets { get; } =
        [EventStoreSchema.Migrations, EngineSchema.Migrations, ReadModelsSchema.Migrations, OrleansSchema.Migrations];

    /// <summary>Looks whether everything is there, and changes nothing.</summary>
    /// <exception cref="OutdatedDatabaseException">It is not.</exception>
    /// <exception cref="NewerDatabaseException">A newer program has changed the database.</exception>
    public static Task Check(NpgsqlDataSource database, CancellationToken cancellation) => Migrator.Check(database, Sets, cancellation);

    /// <returns>What ran; empty when the database was up to date.</returns>
    public static Task<IReadOnlyList<string>> Apply(NpgsqlDataSource database, CancellationToken cancellation) =>
        Migrator.Apply(database, Sets, cancellation);
}
