using Npgsql;
using OrleansOrders.Engine;
using OrleansOrders.Engine.Personal;
using OrleansOrders.EventStore;
using OrleansOrders.Hosting;
using OrleansOrders.Hosting.Roles;
using OrleansOrders.ReadModels;

namespace OrleansOrders.Cli.Commands;

/// <summary>The log and what reads it, for verbs that look at a database beside the server.</summary>
internal sealed class OpenLog : IAsyncDisposable
{
    private readonly Database database;

    private OpenLog(Database database, RoleConnections connections, string dataFolder)
    {
        this.database = database;
        Source = NpgsqlDataSource.Create(connections.Writer);
        Owner = NpgsqlDataSource.Create(database.ConnectionString);
        Store = new PostgresEventStore(Source, new EventStoreOptions(), TimeProvider.System);
        Personal = MasterKeySetting.OpenIfThere(Source, MasterKeySetting.FileFor(dataFolder), TimeProvider.System);
        Aggregates = new Aggregates(Store, new EngineOptions());
        ReadModels = new PostgresReadModels(
            connections.Projector, Store, TimeProvider.System, new ReadModelsOptions { Reader = connections.Reader });
    }

    public bool IsPrivate => database.IsPrivate;

    public NpgsqlDataSource Source { get; }

    /// <summary>For the little that only the owner of the tables may do.</summary>
    public NpgsqlDataSource Owner { get; }

    public PostgresEventStore Store { get; }

    /// <summary>Null where the master key is not at hand.</summary>
    public PersonalTexts? Personal { get; }

    public Aggregates Aggregates { get; }

    public PostgresReadModels ReadModels { get; }

    public static async Task<OpenLog> Open(string dataFolder, Terminal terminal, CancellationToken cancellation)
    {
        var database = await Database.Visit(dataFolder, terminal, cancellation);
        try
        {
            return new OpenLog(database, await database.Logins.Find(cancellation), dataFolder);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Aggregates.DisposeAsync();
        await ReadModels.DisposeAsync();
        await Store.DisposeAsync();
        await Source.DisposeAsync();
        await Owner.DisposeAsync();
        await database.DisposeAsync();
    }
}
