using Npgsql;
using OrleansOrders.EventStore;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.EventStore;

/// <summary>One database with two stores on it, which stand for two processes. Tests share it and use streams of their own.</summary>
public sealed class PostgresLog : IAsyncLifetime
{
    internal TestDatabase Database { get; private set; } = null!;

    internal PostgresEventStore Store { get; private set; } = null!;

    internal PostgresEventStore OtherStore { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Database = await TestDatabase.Create(EventStoreSchema.Migrations);
        Store = Open(Database.DataSource);
        OtherStore = Open(Database.DataSource);
    }

    public async Task DisposeAsync()
    {
        await Store.DisposeAsync();
        await OtherStore.DisposeAsync();
        await Database.DisposeAsync();
    }

    internal static PostgresEventStore Open(NpgsqlDataSource dataSource, EventStoreOptions? options = null) =>
        new(dataSource, options ?? new EventStoreOptions(), TimeProvider.System);

    /// <summary>Nobody can append until this is disposed; whoever tries waits in the database.</summary>
    internal async Task<IAsyncDisposable> StopAppends()
    {
        var connection = await Database.DataSource.OpenConnectionAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("select position from log for update", connection, transaction);
        await command.ExecuteNonQueryAsync();
        return connection;
    }
}
