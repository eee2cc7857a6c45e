using OrleansOrders.Domain;
using OrleansOrders.EventStore;
using OrleansOrders.ReadModels;
using OrleansOrders.Tests.ReadModels.Support;

namespace OrleansOrders.Tests.ReadModels;

/// <summary>Tables in PostgreSQL hold what a fold in memory gives, however the log is cut into batches.</summary>
public sealed class ProjectionFoldTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 7)]
    [InlineData(3, 64)]
    [InlineData(4, 2_000)]
    public async Task Every_table_equals_the_fold_in_memory_for_any_batch_size(int seed, int batchEvents)
    {
        await using var readModels = await ReadModelsUnderTest.Create(options: new ReadModelsOptions { BatchEvents = batchEvents });
        await new RandomHistory(readModels.Log, seed).Append(600);

        await readModels.ProjectAll();

        await TableRows.AssertEqualToFold(readModels);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2_000)]
    public async Task Rows_that_are_loaded_again_go_on_like_rows_that_are_remembered(int cacheBytes)
    {
        var options = new ReadModelsOptions { BatchEvents = 5, CacheBytes = cacheBytes };
        await using var readModels = await ReadModelsUnderTest.Create(options: options);
        await new RandomHistory(readModels.Log, 5).Append(500);

        await readModels.ProjectAll();

        await TableRows.AssertEqualToFold(readModels);
    }

    [Theory]
    [InlineData(10, 40, int.MaxValue, int.MaxValue)]
    [InlineData(100, 5, int.MaxValue, int.MaxValue)]
    [InlineData(100, 1_000, 3_000, int.MaxValue)]
    [InlineData(100, 1_000, int.MaxValue, 1_000)]
    public async Task Readers_that_fall_behind_the_shared_window_miss_nothing(int batchEvents, int sharedEvents, int sharedBytes, int batchBytes)
    {
        await using var readModels = await ReadModelsUnderTest.Create(options: new ReadModelsOptions
        {
            BatchEvents = batchEvents,
            SharedEvents = sharedEvents,
            SharedBytes = sharedBytes,
            BatchBytes = batchBytes,
        });
        var history = new RandomHistory(readModels.Log, 10);
        await history.Append(300);
        await readModels.ProjectAll();
        // Some start far behind the others.
        await readModels.Database.Execute(
            "update projections set position = 0 where name in ('sales', 'stock_levels'); truncate sales, stock_levels");
        await history.Append(300);
        await readModels.ProjectAll();

        await TableRows.AssertEqualToFold(readModels);
    }

    [Fact]
    public async Task Projecting_while_events_arrive_and_the_process_restarts_misses_nothing()
    {
        await using var readModels = await ReadModelsUnderTest.Create();
        var history = new RandomHistory(readModels.Log, 6);
        for (var round = 0; round < 5; round++)
        {
            await readModels.Start();
            await history.Append(120);
            await readModels.Stop();
            await history.Append(20);
        }
        await readModels.ProjectAll();

        await TableRows.AssertEqualToFold(readModels);
    }

    // The sales are sums over many orders, which no row can tell apart: there the fence alone admits each event once.
    [Theory]
    [InlineData(0)]
    [InlineData(150)]
    public async Task Applying_events_a_second_time_changes_nothing_in_rows_of_one_stream(int from)
    {
        await using var readModels = await ReadModelsUnderTest.Create(options: new ReadModelsOptions { BatchEvents = 40 });
        await new RandomHistory(readModels.Log, 7).Append(400);
        await readModels.ProjectAll();

        await readModels.Database.Execute($"update projections set position = {from} where name <> 'sales'");
        await readModels.Start();
        var end = await readModels.Log.ReadEnd(default);
        await ReadModelsUnderTest.Until(
            async () => await readModels.Database.Query<long>("select min(position) from projections") == end, "all is projected again");

        await TableRows.AssertEqualToFold(readModels);
        Assert.Equal(0, await readModels.Database.Query<long>("select count(*) from dead_letters"));
    }

    [Fact]
    public async Task Two_projecting_processes_write_every_batch_once()
    {
        var options = new ReadModelsOptions { BatchEvents = 3, StandbyInterval = TimeSpan.FromMilliseconds(5) };
        await using var readModels = await ReadModelsUnderTest.Create(options: options);
        await using var otherModels = new PostgresReadModels(
            readModels.ConnectionString, readModels.Log, TimeProvider.System, options);
        var history = new RandomHistory(readModels.Log, 8);
        await history.Append(300);

        await readModels.Start();
        await using (await ProjectionHost.Start(otherModels))
        {
            await history.Append(300);
            await readModels.CatchUp();
        }
        await readModels.Stop();

        await TableRows.AssertEqualToFold(readModels);
    }

    [Fact]
    public async Task A_row_with_a_gap_before_the_next_event_parks_its_stream_instead_of_being_folded_wrong()
    {
        await using var readModels = await ReadModelsUnderTest.Create();
        var history = new RandomHistory(readModels.Log, 9);
        await Receive(history);
        await Receive(history);
        await readModels.ProjectAll();
        await readModels.Database.Execute("update stock_levels set version = 1");

        await Receive(history);
        await readModels.ProjectAll();

        var letters = (await readModels.Models.DeadLetters.List("north", new("stock_levels", "open", null, null), null, 10, default)).Items;
        Assert.Equal(("stock-tea", 3L), (letters.Single().Stream, letters[0].Version));
        Assert.Contains("The row of stock-tea is at version 1", letters[0].Cause, StringComparison.Ordinal);
        Assert.Equal(2, await readModels.Database.Query<long>("select received from stock_levels"));
    }

    private static Task Receive(RandomHistory history) => history.Act<Stock, StockState, StockCommand>(
        "north", "tea", (_, _) => new ReceiveStock(1, DateTimeOffset.UnixEpoch));
}
