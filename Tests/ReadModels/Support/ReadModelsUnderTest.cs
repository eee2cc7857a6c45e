using OrleansOrders.EventStore;
using OrleansOrders.ReadModels;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.ReadModels.Support;

/// <summary>A database with the read models' tables, a log in memory, and projectors that can be stopped and started.</summary>
internal sealed class ReadModelsUnderTest : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private ReadModelsUnderTest(TestDatabase database, IEventStore log, TimeProvider time, ReadModelsOptions options)
    {
        Database = database;
        Log = log;
        Options = options;
        Models = new PostgresReadModels(database.ConnectionString, log, time, options);
    }

    public TestDatabase Database { get; }

    public IEventStore Log { get; }

    public ReadModelsOptions Options { get; }

    public PostgresReadModels Models { get; }

    public ProjectionHost? Host { get; private set; }

    public static async Task<ReadModelsUnderTest> Create(
        IEventStore? log = null, ReadModelsOptions? options = null, TimeProvider? time = null)
    {
        var database = await TestDatabase.Create(EventStoreSchema.Migrations, ReadModelsSchema.Migrations);
        return new ReadModelsUnderTest(
            database, log ?? new InMemoryEventStore(TimeProvider.System), time ?? TimeProvider.System,
            options ?? new ReadModelsOptions { FirstBackoff = TimeSpan.FromMilliseconds(5), LongestBackoff = TimeSpan.FromMilliseconds(50) });
    }

    /// <summary>The same with the log in the database as well, as it is in production.</summary>
    public static async Task<ReadModelsUnderTest> CreateOnPostgres(ReadModelsOptions? options = null)
    {
        var database = await TestDatabase.Create(EventStoreSchema.Migrations, ReadModelsSchema.Migrations);
        var log = new PostgresEventStore(database.DataSource, new EventStoreOptions(), TimeProvider.System);
        return new ReadModelsUnderTest(database, log, TimeProvider.System, options ?? new ReadModelsOptions());
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
