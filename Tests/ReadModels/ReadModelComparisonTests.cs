using OrleansOrders.ReadModels;
using OrleansOrders.Tests.ReadModels.Support;

namespace OrleansOrders.Tests.ReadModels;

/// <summary>What <c>orders verify</c> asks: does the table hold what the log folds to.</summary>
public sealed class ReadModelComparisonTests : IAsyncLifetime
{
    private ReadModelsUnderTest _readModels = null!;
    private RandomHistory _history = null!;

    public async Task InitializeAsync()
    {
        _readModels = await ReadModelsUnderTest.Create();
        _history = new RandomHistory(_readModels.Log, 41);
        await _history.Append(500);
        await _readModels.ProjectAll();
    }

    public Task DisposeAsync() => _readModels.DisposeAsync().AsTask();

    [Fact]
    public async Task Sound_tables_have_no_difference_and_nothing_is_left_of_the_comparison()
    {
        // What was appended since is not in the tables yet, and not compared either.
        var position = await _readModels.Log.ReadEnd(default);
        await _history.Append(50);
        foreach (var projection in ReadModelCatalog.All)
        {
            var compared = await Compare(projection.Name);
            Assert.Equal((position, 0L), (compared.Position, compared.Differences));
            Assert.Equal(compared.LiveRows, compared.FoldedRows);
            Assert.NotEqual(0, compared.LiveRows);
            Assert.All(compared.Totals, total => Assert.Equal(total.Live, total.Folded));
        }
        Assert.Equal(0, await _readModels.Database.Query<long>("select count(*) from pg_class where relname like '%verify%'"));
        Assert.Equal(6, await _readModels.Database.Query<long>("select count(*) from projections"));
    }

    [Theory]
    [InlineData("order_details", "update order_details set document = replace(document::text, 'c1', 'c2')::json", "differs in document")]
    [InlineData("order_details", "delete from order_details where order_id = 'o1'", "is missing")]
    [InlineData("customer_orders", "update customer_orders set total = total + 1", "differs in total")]
    [InlineData("customer_orders", "update customer_orders set placed_at = placed_at + interval '1 microsecond'", "differs in placed_at")]
    [InlineData("order_search", "update order_search set document = null where order_id = 'o2'", "differs in document")]
    [InlineData("order_search", "update order_search set words = 'other' where order_id = 'o2'", "differs in words")]
    [InlineData("sales", "update sales set sku = 'pottery' where sku = 'pot' and day < '2010-12-03'", "is missing")]
    [InlineData("stock_levels", "insert into stock_levels values ('north', 'ghost', 1, 0, 0, 0, 1, 1)", "should not be there")]
    [InlineData("fulfilment_board", "update fulfilment_board set wake_at = now() where order_id = 'o3'", "differs in wake_at")]
    public async Task A_row_that_was_touched_is_found_and_named(string name, string damage, string expected)
    {
        await _readModels.Database.Execute(damage);

        var compared = await Compare(name);

        Assert.InRange(compared.Differences, 1, long.MaxValue);
        Assert.Contains(compared.Samples, sample => sample.What == expected && sample.Key.Length > 0);
        Assert.Equal(Math.Min(100, compared.Differences), compared.Samples.Count);
    }

    [Fact]
    public async Task A_log_that_cannot_be_folded_is_not_an_agreement()
    {
        await new SmallHistory(_readModels.Log).Poison("stock", "ghost");
        var end = await _readModels.Log.ReadEnd(default);
        await _readModels.Database.Execute($"update projections set position = {end}");

        var unreadable = Assert.Single((await Compare("stock_levels")).Unreadable);
        Assert.Equal("stock-ghost", unreadable.Stream.StreamId);
    }

    [Fact]
    public async Task Parked_streams_are_left_out_on_both_sides_and_named()
    {
        await new SmallHistory(_readModels.Log).Poison("order", "o1");
        await _readModels.ProjectAll();

        foreach (var name in new[] { "order_details", "sales" })
        {
            var compared = await Compare(name);
            Assert.Equal((0L, "order-o1"), (compared.Differences, Assert.Single(compared.Parked).Event.Stream.StreamId));
            Assert.Empty(compared.Unreadable);
        }
    }

    private Task<ComparedReadModel> Compare(string name) => new ReadModelComparison(_readModels.Models).Run(name, 100, default);
}
