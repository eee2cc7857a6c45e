using OrleansOrders.EventStore;
using OrleansOrders.Hosting.Roles;
using OrleansOrders.ReadModels;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.ReadModels.Support;

/// <summary>A database with the read models' tables, a log in memory, and projectors that can be stopped and started.</summary>
internal sealed class ReadModelsUnderTest : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private ReadModelsUnderTest(
        TestDatabase database, RoleConnections connections, IEventStore log, TimeProvider time, ReadModelsOptions options)
    {
        options = options with { Reader = connections.Reader };
        Database = database;
        Log = log;
        Options = options;
        Models = new PostgresReadModels(ConnectionString = connections.Projector, log, time, options);
    }

    public TestDatabase Database { get; }

    /// <summary>Of those who keep the read models, as everywhere in the product.</summary>
    public string ConnectionString { get; }

    public IEventStore Log { get; }

    public ReadModelsOptions Options { get; }

    public PostgresReadModels Models { get; }

    public ProjectionHost? Host { get; private set; }

    public static async Task<ReadModelsUnderTest> Create(
        IEventStore? log = null, ReadModelsOptions? options = null, TimeProvider? time = null)
    {
        var database = await TestDatabase.Create(EventStoreSchema.Migrations, ReadModelsSchema.Migrations);
        return new ReadModelsUnderTest(
            database, await Fence(database), log ?? new InMemoryEventStore(TimeProvider.System), time ?? TimeProvider.System,
            options ?? new ReadModelsOptions { FirstBackoff = TimeSpan.FromMilliseconds(5), LongestBackoff = TimeSpan.FromMilliseconds(50) });
    }

    /// <summary>The same with the log in the database as well, as it is in production.</summary>
    public static async Task<ReadModelsUnderTest> CreateOnPostgres(ReadModelsOptions? options = null)
    {
        var database = await TestDatabase.Create(EventStoreSchema.Migrations, ReadModelsSchema.Migrations);
        var log = new PostgresEventStore(database.DataSource, new EventStoreOptions(), TimeProvider.System);
        return new ReadModelsUnderTest(database, await Fence(database), log, TimeProvider.System, options ?? new ReadModelsOptions());
    }

    private static async Task<RoleConnections> Fence(TestDatabase database)
    {
        Assert.Null(await RoleFence.Raise(database.DataSource, false, default));
        return await new DatabaseLogins(database.ConnectionString).Find(default);
    }

    public async Task Start() => Host = await ProjectionHost.Start(Models);

    public async Task Stop()
    {
        if (Host is not null)
            await Host.DisposeAsync();
        Host = null;
    }

    /// <summary>Waits until every projection has reached the log's end.</summary>
    public async Task CatchUp()
    {
        var end = await Log.ReadEnd(CancellationToken.None);
        foreach (var projection in ReadModelCatalog.All)
            Assert.True(await Models.WaitFor(projection.Name, end, Patience, CancellationToken.None), $"{projection.Name} did not reach {end}.");
    }

    /// <summary>Projects all that there is, and stops.</summary>
    public async Task ProjectAll()
    {
        await Start();
        await CatchUp();
        await Stop();
    }

    public static async Task Until(Func<Task<bool>> condition, string what)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, $"It did not come about in time: {what}");
            await Task.Delay(5);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        await Models.DisposeAsync();
        if (Log is IAsyncDisposable log)
            await log.DisposeAsync();
        await Database.DisposeAsync();
    }
}
