using Npgsql;
using OrleansOrders.Engine;
using OrleansOrders.EventStore;
using OrleansOrders.ReadModels;

namespace OrleansOrders.Cli.Commands;

/// <summary>The log and what reads it, for verbs that look at a database beside the server.</summary>
internal sealed class OpenLog : IAsyncDisposable
{
    private readonly Database database;

    private OpenLog(Database database)
    {
        this.database = database;
        Source = NpgsqlDataSource.Create(database.ConnectionString);
        Store = new PostgresEventStore(Source, new EventStoreOptions(), TimeProvider.System);
        Aggregates = new Aggregates(Store, new EngineOptions());
        ReadModels = new PostgresReadModels(database.ConnectionString, Store, TimeProvider.System);
    }

    public bool IsPrivate => database.IsPrivate;

    public NpgsqlDataSource Source { get; }

    public PostgresEventStore Store { get; }

    public Aggregates Aggregates { get; }

    public PostgresReadModels ReadModels { get; }

    public static async Task<OpenLog> Open(string dataFolder, Terminal terminal, CancellationToken cancellation) =>
        new(await Database.Visit(dataFolder, terminal, cancellation));

    public async ValueTask DisposeAsync()
    {
        await Aggregates.DisposeAsync();
        await ReadModels.DisposeAsync();
        await Store.DisposeAsync();
        await Source.DisposeAsync();
        await database.DisposeAsync();
    }
}
