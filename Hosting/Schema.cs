using Npgsql;
using OrleansOrders.Engine;
using OrleansOrders.EventStore;
using OrleansOrders.Hosting.Roles;
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

    /// <summary>Brings the database up to what this program needs, and raises the <see cref="RoleFence"/> where the user may.</summary>
    /// <param name="rolesLogIn">The roles are users themselves; only where nobody else reaches the server.</param>
    /// <returns>What ran; empty when the database was up to date.</returns>
    public static async Task<IReadOnlyList<string>> Apply(
        NpgsqlDataSource database, CancellationToken cancellation, bool rolesLogIn = false)
    {
        var applied = await Migrator.Apply(database, Sets, cancellation);
        await RoleFence.Raise(database, rolesLogIn, cancellation);
        return applied;
    }
}
