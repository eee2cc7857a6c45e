using Npgsql;
using OrleansOrders.EventStore;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cluster.LogConsistency;

/// <summary>Two clusters that know nothing of each other on one log, so that every grain can be active twice; the second behind a proxy.</summary>
public sealed class TwoTallySilos : IAsyncLifetime
{
    internal TestDatabase Database { get; private set; } = null!;

    internal TestDatabaseProxy Proxy { get; private set; } = null!;

    internal TallySilo First { get; private set; } = null!;

    /// <summary>Gives an append up after half a second.</summary>
    internal TallySilo Proxied { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Database = await TestDatabase.Create(EventStoreSchema.Migrations);
        Proxy = new TestDatabaseProxy(Database.ConnectionString);
        First = await TallySilo.Start(Database.ConnectionString);
        Proxied = await TallySilo.Start(Proxy.ConnectionString, new EventStoreOptions { AppendLimit = TimeSpan.FromMilliseconds(500) });
    }

    public async Task DisposeAsync()
    {
        await First.DisposeAsync();
        await Proxied.DisposeAsync();
        await Proxy.DisposeAsync();
        await Database.DisposeAsync();
    }

    /// <summary>Nobody can append until this is disposed; whoever tries waits in the database.</summary>
    internal async Task<IAsyncDisposable> StopAppends()
    {
        var connection = await Database.DataSource.OpenConnectionAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("select position from log for update", connection, transaction);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    /// <summary>What the log holds of a grain.</summary>
    internal async Task<IReadOnlyList<RecordedEvent>> Read(string id) =>
        await First.Store.ReadStream(TallySilo.StreamOf(id), 0, 1_000, CancellationToken.None);
}
