using System.Text.Json;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;
using OrleansOrders.Tests.ReadModels.Support;

namespace OrleansOrders.Tests.ReadModels;

/// <summary>What the queries answer follows from the aggregates' own states, reckoned another way.</summary>
public sealed class AggregateAgreementTests : IAsyncLifetime
{
    private ReadModelsUnderTest _readModels = null!;
    private RandomHistory _history = null!;

    public async Task InitializeAsync()
    {
        _readModels = await ReadModelsUnderTest.Create();
        _history = new RandomHistory(_readModels.Log, 21);
        await _history.Append(900);
        await _readModels.ProjectAll();
    }

    public Task DisposeAsync() => _readModels.DisposeAsync().AsTask();

    [Fact]
    public async Task An_order_is_shown_as_its_aggregate_stands()
    {
        foreach (var (stream, state) in Orders())
        {
            var head = await _readModels.Log.ReadHead(stream, default);
            var expected = OrderView.From(state, head.Version, head.Position);
            var found = await _readModels.Models.FindOrder(stream.Tenant, stream.Id, default);
            Assert.Equal(JsonSerializer.Serialize(expected), JsonSerializer.Serialize(found));
        }
    }

    [Fact]
    public async Task A_list_holds_exactly_the_orders_that_fit_newest_first()
    {
        foreach (var tenant in RandomHistory.Tenants)
        {
            foreach (var customer in new[] { null, "c0", "c3" })
            {
                foreach (var status in new[] { null, "draft", "placed", "cancelled", "delivered" })
                {
                    var query = new OrderQuery(customer, status, null, null, null, null, 200);
                    var page = await _readModels.Models.ListOrders(tenant, query, default);
                    Assert.Equal(Expected(tenant, customer, status), page.Items.Select(Show));
                    Assert.Null(page.Next);
                }
            }
        }
    }

    [Fact]
    public async Task Stock_is_shown_as_its_aggregate_stands()
    {
        foreach (var (stream, state) in States<StockState>())
        {
            var head = await _readModels.Log.ReadHead(stream, default);
            var found = await _readModels.Models.FindStock(stream.Tenant, stream.Id, default);
            Assert.Equal(StockView.From(stream.Id, state, head.Version, head.Position), found);
        }
    }

    [Fact]
    public async Task A_fulfilment_is_shown_as_its_saga_stands()
    {
        foreach (var tenant in RandomHistory.Tenants)
        {
            var page = await _readModels.Models.ListFulfilments(tenant, null, null, 200, default);
            var expected = States<FulfilmentState>().Where(pair => pair.Stream.Tenant == tenant).ToDictionary(pair => pair.Stream.Id, pair => pair.State);
            Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), page.Items.Select(item => item.OrderId).Order(StringComparer.Ordinal));
            foreach (var item in page.Items)
                AssertShows(expected[item.OrderId], item);
        }
    }

    [Theory]
    [InlineData(SalesGrouping.Day)]
    [InlineData(SalesGrouping.Sku)]
    [InlineData(SalesGrouping.Country)]
    public async Task Sales_are_what_is_placed_and_not_cancelled(SalesGrouping grouping)
    {
        foreach (var tenant in RandomHistory.Tenants)
        {
            var sold = Orders().Where(pair => pair.Stream.Tenant == tenant && pair.State.Facts.PlacedAt is not null
                && pair.State is not OrderState.Cancelled).Select(pair => pair.State.Facts).ToList();
            var report = await _readModels.Models.ReportSales(tenant, null, null, grouping, default);
            Assert.Equal(Reckon(sold, facts => KeysOf(facts, grouping)), report.Rows);
            Assert.Equal(Reckon(sold, facts => facts.Lines.Select(line => ("total", line))), report.Totals);
        }
    }

    private static IEnumerable<(string Key, OrderLine Line)> KeysOf(OrderFacts facts, SalesGrouping grouping) =>
        facts.Lines.Select(line => (grouping switch
        {
            SalesGrouping.Day => $"{facts.PlacedAt:yyyy-MM-dd}",
            SalesGrouping.Sku => line.Sku,
            _ => facts.Country ?? "",
        }, line));

    private static List<SalesRow> Reckon(List<OrderFacts> sold, Func<OrderFacts, IEnumerable<(string Key, OrderLine Line)>> keysOf) =>
    [
        .. sold.SelectMany(facts => keysOf(facts).Select(pair => (facts, pair.Key, pair.Line)))
            .GroupBy(row => (row.Key, row.facts.Currency))
            .Select(group => new SalesRow(
                group.Key.Key, group.Key.Currency, group.Select(row => row.facts.OrderId).Distinct().Count(),
                group.Sum(row => row.Line.Quantity), group.Sum(row => row.Line.Quantity * row.Line.UnitPrice)))
            .OrderBy(row => row.Key, StringComparer.Ordinal).ThenBy(row => row.Currency, StringComparer.Ordinal),
    ];

    private static void AssertShows(FulfilmentState state, FulfilmentView view)
    {
        Assert.Equal(state.GetType().Name.ToLowerInvariant(), view.Status);
        Assert.Equal(((FulfilmentState.Existing)state).Facts.CustomerId, view.CustomerId);
        var (step, attempts, reason) = state switch
        {
            FulfilmentState.Running s => (JsonSerializer.Serialize(s.Step), s.Attempt, null),
            FulfilmentState.Compensating s => (JsonSerializer.Serialize(s.Step), s.Failures, s.Reason),
            FulfilmentState.Parked s => (JsonSerializer.Serialize(s.Step), view.Attempts, s.Cause),
            FulfilmentState.Compensated s => ("\"\"", 0, s.Reason),
            _ => ("\"\"", 0, null),
        };
        Assert.Equal((step.Trim('"'), attempts, reason), (view.Step ?? "", view.Attempts, view.Reason));
        Assert.Equal(state is FulfilmentState.Parked, view.Owner is not null);
        Assert.Equal(NextAction.WakeAt(state) is null, view.WakeAt is null);
        if (NextAction.WakeAt(state) is { } wakeAt && wakeAt != DateTimeOffset.MinValue)
            Assert.InRange(wakeAt - view.WakeAt!.Value, TimeSpan.Zero, TimeSpan.FromMicroseconds(1));
    }

    private IEnumerable<string> Expected(string tenant, string? customer, string? status) => Orders()
        .Where(pair => pair.Stream.Tenant == tenant)
        .Select(pair => OrderView.From(pair.State, 0, 0))
        .Where(view => (customer is null || view.CustomerId == customer) && (status is null || view.Status == status))
        .OrderByDescending(view => view.PlacedAt ?? view.CreatedAt).ThenByDescending(view => view.Id, StringComparer.Ordinal)
        .Select(view => $"{view.Id} {view.CustomerId} {view.Status} {view.Total} {view.Currency} {view.Country} {view.Lines.Length}");

    private static string Show(OrderSummary row) =>
        $"{row.Id} {row.CustomerId} {row.Status} {row.Total} {row.Currency} {row.Country} {row.LineCount}";

    private IEnumerable<(StreamName Stream, OrderState.Existing State)> Orders() => States<OrderState.Existing>();

    private IEnumerable<(StreamName Stream, TState State)> States<TState>() =>
        _history.States.Where(pair => pair.Value is TState).Select(pair => (pair.Key, (TState)pair.Value));
}
