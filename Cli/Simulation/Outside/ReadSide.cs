using OrleansOrders.EventStore;
using OrleansOrders.ReadModels;
using OrleansOrders.ReadModels.Projections;

namespace OrleansOrders.Cli.Simulation;

/// <summary>All read models.</summary>
internal sealed class ReadSide
{
    private readonly SimulatedTable<OrderKey, FulfilmentBoardRow> board = new(FulfilmentBoard.Projection, key => key.Tenant);

    private readonly Dictionary<RecordedEvent, LogEntry> decoded = new(ReferenceEqualityComparer.Instance);

    public ReadSide() => Tables =
    [
        new SimulatedTable<OrderKey, OrderDetailsRow>(OrderDetails.Projection, key => key.Tenant),
        new SimulatedTable<OrderKey, CustomerOrdersRow>(CustomerOrders.Projection, key => key.Tenant),
        new SimulatedTable<OrderKey, OrderSearchRow>(OrderSearch.Projection, key => key.Tenant),
        new SimulatedTable<SalesKey, SalesTableRow>(Sales.Projection, key => key.Tenant),
        new SimulatedTable<StockKey, StockLevelsRow>(StockLevels.Projection, key => key.Tenant),
        board,
    ];

    public IReadOnlyList<SimulatedTable> Tables { get; }

    /// <summary>As every projector decodes it, but once for all of them: an event stays what it is.</summary>
    public LogEntry Decode(RecordedEvent recorded)
    {
        if (!decoded.TryGetValue(recorded, out var entry))
            decoded.Add(recorded, entry = LogEntry.Decode(recorded));
        return entry;
    }

    public IReadOnlyList<(string Tenant, string OrderId)> ListDue(DateTimeOffset now, int limit) =>
        [.. board.Rows.Where(row => row.WakeAt <= now).Take(limit).Select(row => (row.Key.Tenant, row.Key.OrderId))];
}
