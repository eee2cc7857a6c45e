using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Tests.ReadModels.Support;

namespace OrleansOrders.Tests.ReadModels;

public sealed class SalesAndFulfilmentTests : IAsyncLifetime
{
    private ReadModelsUnderTest _readModels = null!;
    private SmallHistory _history = null!;

    public async Task InitializeAsync()
    {
        _readModels = await ReadModelsUnderTest.Create();
        _history = new SmallHistory(_readModels.Log);
    }

    public Task DisposeAsync() => _readModels.DisposeAsync().AsTask();

    [Fact]
    public async Task An_order_of_two_skus_is_one_order_of_its_day_and_one_of_each_sku()
    {
        await _history.Place("a", SmallHistory.Start, lines: [new("tea", 2, 100, null), new("cup", 1, 300, null), new("tea", 1, 90, null)]);
        await _readModels.ProjectAll();

        Assert.Equal([new SalesRow("2011-03-04", "EUR", 1, 4, 590)], (await Report(SalesGrouping.Day)).Rows);
        Assert.Equal(
            [new SalesRow("cup", "EUR", 1, 1, 300), new SalesRow("tea", "EUR", 1, 3, 290)], (await Report(SalesGrouping.Sku)).Rows);
        Assert.Equal([new SalesRow("total", "EUR", 1, 4, 590)], (await Report(SalesGrouping.Sku)).Totals);
    }

    [Fact]
    public async Task A_cancelled_order_leaves_the_sales_of_the_day_of_placing_at_zero()
    {
        await _history.Place("a", SmallHistory.Start);
        await _readModels.ProjectAll();
        Assert.NotEmpty((await Report(SalesGrouping.Day)).Rows);

        await _history.Order("a", new CancelOrder("no longer wanted", SmallHistory.Start.AddDays(3)));
        await _readModels.ProjectAll();

        foreach (var grouping in Enum.GetValues<SalesGrouping>())
        {
            var report = await Report(grouping);
            Assert.Empty(report.Rows);
            Assert.Empty(report.Totals);
        }
        Assert.Equal(0, await _readModels.Database.Query<decimal>("select sum(abs(orders) + abs(quantity) + abs(gross)) from sales"));
    }

    [Fact]
    public async Task Returns_do_not_change_what_was_sold()
    {
        await _history.Place("a", SmallHistory.Start);
        await _history.Order("a", new ConfirmOrder(SmallHistory.Start));
        await _history.Order("a", new ShipOrder("DHL", "1", SmallHistory.Start));
        await _history.Order("a", new DeliverOrder(SmallHistory.Start));
        await _history.Order("a", new ReturnItems([new ItemQuantity("tea", 1)], "broken", SmallHistory.Start));
        await _readModels.ProjectAll();

        Assert.Equal([new SalesRow("total", "EUR", 1, 2, 500)], (await Report(SalesGrouping.Country)).Totals);
        Assert.Equal(1, (await _readModels.Models.FindOrder(SmallHistory.Tenant, "a", default))!.Lines[0].Returned);
    }

    [Fact]
    public async Task The_day_is_utc_and_both_ends_of_the_report_are_included()
    {
        var lateInTheWest = new DateTimeOffset(2011, 3, 4, 23, 30, 0, TimeSpan.FromHours(-5));
        await _history.Place("a", lateInTheWest);
        await _history.Place("b", SmallHistory.Start, country: null);
        await _readModels.ProjectAll();

        Assert.Equal(["2011-03-04", "2011-03-05"], (await Report(SalesGrouping.Day)).Rows.Select(row => row.Key));
        var second = await _readModels.Models.ReportSales(
            SmallHistory.Tenant, new DateOnly(2011, 3, 5), new DateOnly(2011, 3, 5), SalesGrouping.Country, default);
        Assert.Equal([new SalesRow("DE", "EUR", 1, 2, 500)], second.Rows);
        Assert.Equal(["", "DE"], (await Report(SalesGrouping.Country)).Rows.Select(row => row.Key));
    }

    [Fact]
    public async Task Fulfilments_are_due_at_their_next_attempt_or_deadline_longest_due_first()
    {
        var start = SmallHistory.Start;
        await Begin("late", start);
        await Begin("early", start.AddSeconds(-30));
        await Begin("done", start);
        foreach (var step in Enum.GetValues<FulfilmentStep>())
            await _history.Fulfilment("done", new CompleteStep(step, start));
        await Begin("undoing", start);
        await _history.Fulfilment("undoing", new Compensate("cancelled", "anna", start.AddSeconds(1)));
        await Begin("failing", start.AddHours(1));
        await _history.Fulfilment("failing", new FailStep(FulfilmentStep.ReserveStock, "time-out", "silent", true, start.AddHours(1)));
        await _readModels.ProjectAll();

        Assert.Equal(["undoing", "early", "late"], await Due(start + Limits.StepDeadline, 10));
        Assert.Equal(["undoing", "early"], await Due(start + Limits.StepDeadline, 2));
        Assert.Equal(["undoing"], await Due(start.AddSeconds(1), 10));
        Assert.DoesNotContain("failing", await Due(start.AddHours(1), 10));
        Assert.Contains("failing", await Due(start.AddHours(1).AddSeconds(5), 10));
    }

    [Fact]
    public async Task Fulfilments_are_listed_by_status_and_paged_latest_first()
    {
        for (var i = 0; i < 7; i++)
            await Begin($"o{i}", SmallHistory.Start.AddSeconds(i / 2));
        await _history.Fulfilment("o3", new Compensate("cancelled", "anna", SmallHistory.Start.AddSeconds(9)));
        await _readModels.ProjectAll();
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await _readModels.Models.ListFulfilments(SmallHistory.Tenant, "running", cursor, 2, default);
            seen.AddRange(page.Items.Select(item => item.OrderId));
            cursor = page.Next;
        }
        while (cursor is not null);

        Assert.Equal(["o6", "o5", "o4", "o2", "o1", "o0"], seen);
        var undoing = Assert.Single((await _readModels.Models.ListFulfilments(SmallHistory.Tenant, "compensating", null, 5, default)).Items);
        Assert.Equal(("o3", "release-stock", "cancelled"), (undoing.OrderId, undoing.Step, undoing.Reason));
    }

    private Task Begin(string orderId, DateTimeOffset at) => _history.Fulfilment(
        orderId, new StartFulfilment(orderId, "c1", [new ItemQuantity("tea", 1)], 100, "EUR", "pm_ok", at));

    private async Task<IEnumerable<string>> Due(DateTimeOffset now, int limit) =>
        (await _readModels.Models.ListDueFulfilments(now, limit, default)).Select(due =>
        {
            Assert.Equal(SmallHistory.Tenant, due.Tenant);
            return due.OrderId;
        }).ToList();

    private Task<SalesReport> Report(SalesGrouping grouping) =>
        _readModels.Models.ReportSales(SmallHistory.Tenant, null, null, grouping, default);
}
