using System.Collections.Concurrent;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;
using OrleansOrders.ReadModels;
using OrleansOrders.Tests.ReadModels.Support;

namespace OrleansOrders.Tests.ReadModels;

/// <summary>Failures, waits and lag.</summary>
public sealed class ProjectionHostTests
{
    private static readonly string[] OfOrders = ["customer_orders", "order_details", "order_search", "sales"];

    [Fact]
    public async Task An_event_that_cannot_be_applied_parks_its_stream_for_the_projections_that_need_it_and_everything_else_flows()
    {
        var notices = new ConcurrentQueue<string>();
        await using var readModels = await ReadModelsUnderTest.Create(options: new ReadModelsOptions { Notice = notices.Enqueue });
        var history = new SmallHistory(readModels.Log);
        await history.Place("good", SmallHistory.Start);
        await history.Poison("order", "good");
        await history.Order("good", new ConfirmOrder(SmallHistory.Start));
        await history.Receive("tea");
        await history.Place("after", SmallHistory.Start);

        await readModels.ProjectAll();

        Assert.All(await readModels.Models.ListProjections(default), status => Assert.Equal((0, "live"), (status.LagEvents, status.State)));
        Assert.Equal(3, (await readModels.Models.FindOrder(SmallHistory.Tenant, "good", default))!.Version);
        Assert.NotNull(await readModels.Models.FindOrder(SmallHistory.Tenant, "after", default));
        var letters = (await readModels.Models.DeadLetters.List(SmallHistory.Tenant, new(null, "open", null, null), null, 50, default)).Items;
        Assert.Equal(OfOrders, letters.Select(letter => letter.Consumer).Order(StringComparer.Ordinal));
        Assert.All(letters, letter => Assert.Equal(("order-good", 4L, "order-teleported.v1", "parked"), (letter.Stream, letter.Version, letter.Type, letter.State)));
        Assert.All(letters, letter => Assert.Contains("not an event that this version knows", letter.Cause, StringComparison.Ordinal));
        Assert.Single(notices, notice => notice.StartsWith("order_details: north/order-good is parked from version 4 on", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_text_that_the_database_cannot_hold_parks_its_stream()
    {
        await using var readModels = await ReadModelsUnderTest.Create();
        var history = new SmallHistory(readModels.Log);
        await history.Place("a", SmallHistory.Start);
        await history.Place("b", SmallHistory.Start, customer: "nobody\0");
        await history.Place("c", SmallHistory.Start);

        await readModels.ProjectAll();

        Assert.NotNull(await readModels.Models.FindOrder(SmallHistory.Tenant, "c", default));
        var letters = (await readModels.Models.DeadLetters.List(SmallHistory.Tenant, new("customer_orders", "open", null, null), null, 50, default)).Items;
        Assert.Equal("order-b", Assert.Single(letters).Stream);
    }

    [Fact]
    public async Task Another_process_sees_the_failure_in_the_table()
    {
        await using var readModels = await ReadModelsUnderTest.Create();
        await Refuse(readModels, "stock_levels", "new.sku = 'tea'");
        await new SmallHistory(readModels.Log).Receive("tea");
        await readModels.Start();
        await ReadModelsUnderTest.Until(async () => (await Failed(readModels)).Contains("stock_levels"), "stock_levels fails");
        await readModels.Stop();

        await using var other = new PostgresReadModels(readModels.ConnectionString, readModels.Log, TimeProvider.System);
        await ReadModelsUnderTest.Until(
            async () => (await other.ListProjections(default)).Single(status => status.Name == "stock_levels").State == "failed",
            "the other process sees it");
    }

    [Fact]
    public async Task A_projection_goes_on_by_itself_once_the_database_takes_its_rows_again()
    {
        await using var readModels = await ReadModelsUnderTest.Create();
        var history = new SmallHistory(readModels.Log);
        await Refuse(readModels, "stock_levels", "new.sku = 'cup'");
        await history.Receive("tea");
        await history.Receive("cup");
        await readModels.Start();
        await ReadModelsUnderTest.Until(async () => (await Failed(readModels)).Contains("stock_levels"), "stock_levels fails");

        await readModels.Database.Execute("drop trigger refuse on stock_levels");
        await readModels.CatchUp();

        await ReadModelsUnderTest.Until(async () => !(await Failed(readModels)).Any(), "the failure is over");
        await TableRows.AssertEqualToFold(readModels, "stock_levels");
        Assert.Equal(0, await readModels.Database.Query<long>("select count(*) from projections where error is not null"));
    }

    [Theory]
    [InlineData("projections", "new.name = 'order_details' and new.position > 0")]
    [InlineData("order_details", "new.order_id = 'b'")]
    public async Task Rows_and_position_are_written_together_or_not_at_all(string refusing, string when)
    {
        await using var readModels = await ReadModelsUnderTest.Create();
        var history = new SmallHistory(readModels.Log);
        await history.Place("b", SmallHistory.Start);
        await Refuse(readModels, refusing, when);
        await readModels.Start();

        await ReadModelsUnderTest.Until(async () => (await Failed(readModels)).Contains("order_details"), "order_details fails");

        Assert.Empty(await TableRows.InDatabase(readModels.Database, "order_details"));
        Assert.Equal(0, await readModels.Database.Query<long>("select position from projections where name = 'order_details'"));
    }

    [Fact]
    public async Task Waiting_ends_when_the_position_is_reached_or_the_time_is_over()
    {
        await using var readModels = await ReadModelsUnderTest.Create();
        var history = new SmallHistory(readModels.Log);
        await history.Receive("tea");
        Assert.False(await readModels.Models.WaitFor("stock_levels", 1, TimeSpan.FromMilliseconds(60), default));

        var waiting = readModels.Models.WaitFor("stock_levels", 2, ReadModelsUnderTest.Patience, default);
        await readModels.Start();
        Assert.True(await readModels.Models.WaitFor("stock_levels", 1, ReadModelsUnderTest.Patience, default));
        Assert.False(waiting.IsCompleted);
        await history.Receive("tea");

        Assert.True(await waiting);
        Assert.Equal(2, (await readModels.Models.FindStock(SmallHistory.Tenant, "tea", default))!.Available);
        await Assert.ThrowsAsync<KeyNotFoundException>(() => readModels.Models.WaitFor("nothing", 1, TimeSpan.Zero, default));
    }

    [Fact]
    public async Task Waiting_works_where_another_process_projects()
    {
        await using var readModels = await ReadModelsUnderTest.Create();
        await using var reader = new PostgresReadModels(readModels.ConnectionString, readModels.Log, TimeProvider.System);
        await readModels.Start();
        await new SmallHistory(readModels.Log).Place("a", SmallHistory.Start);
        var end = await readModels.Log.ReadEnd(default);

        Assert.True(await reader.WaitFor("order_details", end, ReadModelsUnderTest.Patience, default));
        Assert.Equal(end, (await reader.FindOrder(SmallHistory.Tenant, "a", default))!.Position);
    }

    [Fact]
    public async Task Lag_is_measured_against_the_logs_real_end_in_events_seconds_and_orders()
    {
        var time = new ShownTime(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var readModels = await ReadModelsUnderTest.Create(new InMemoryEventStore(time), time: time);
        var history = new SmallHistory(readModels.Log);
        await history.Receive("tea");
        time.Now = time.Now.AddSeconds(30);
        await history.Place("first", SmallHistory.Start);
        await history.Place("second", SmallHistory.Start);
        time.Now = time.Now.AddSeconds(60);

        foreach (var status in await readModels.Models.ListProjections(default))
            Assert.Equal((0, 7, 7, 90.0, "first", "live"), (status.Position, status.End, status.LagEvents, status.LagSeconds, status.OldestOrder, status.State));

        await readModels.ProjectAll();
        foreach (var status in await readModels.Models.ListProjections(default))
            Assert.Equal((7, 0, 0.0, null), (status.Position, status.LagEvents, status.LagSeconds, status.OldestOrder));
    }

    [Fact]
    public async Task A_table_ahead_of_the_log_is_reported_and_can_be_rebuilt()
    {
        await using var readModels = await ReadModelsUnderTest.Create();
        await new SmallHistory(readModels.Log).Place("a", SmallHistory.Start);
        await readModels.Database.Execute("insert into projections (name, position) values ('sales', 12)");
        await readModels.Start();

        await ReadModelsUnderTest.Until(async () => (await Failed(readModels)).Contains("sales"), "sales says so");
        Assert.Equal("switched", (await readModels.Models.Rebuild("sales", null, default))!.Phase);

        await new SmallHistory(readModels.Log).Place("b", SmallHistory.Start);
        await readModels.CatchUp();
        await TableRows.AssertEqualToFold(readModels, "sales");
    }

    /// <summary>Makes the database refuse rows, in the middle of the statement that writes them.</summary>
    private static Task Refuse(ReadModelsUnderTest readModels, string table, string when) => readModels.Database.Execute($"""
        create function refuse() returns trigger language plpgsql as $$ begin raise 'refused by the test'; end $$;
        create trigger refuse before insert or update on {table} for each row when ({when}) execute function refuse();
        """);

    private static async Task<IEnumerable<string>> Failed(ReadModelsUnderTest readModels) =>
        (await readModels.Models.ListProjections(default)).Where(status => status.State == "failed").Select(status => status.Name).ToList();
}
