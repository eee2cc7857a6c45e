using OrleansOrders.Domain;

namespace OrleansOrders.Tests.Domain.Support;

public static class StockSamples
{
    private static readonly DateTimeOffset Noon = Samples.Noon;
    private static readonly StockReceived TenReceived = new(10, Noon);
    private static readonly StockReserved FourReserved = new("o1", 4, Noon);

    public static IReadOnlyDictionary<string, DomainEvent[]> Histories { get; } = new Dictionary<string, DomainEvent[]>
    {
        ["none"] = [],
        ["received"] = [TenReceived],
        ["reserved"] = [TenReceived, FourReserved],
        ["released"] = [TenReceived, FourReserved, new ReservationReleased("o1", 4, Noon)],
        ["shipped"] = [TenReceived, FourReserved, new StockShipped("o1", 4, Noon)],
        ["marked"] = [TenReceived, new ReservationReleased("o1", 0, Noon)],
        ["counted"] = [TenReceived, new StockAdjusted(-2, "count", "count-1", Noon)],
    };

    public static IReadOnlyDictionary<string, StockCommand> Commands { get; } = new Dictionary<string, StockCommand>
    {
        ["receive"] = new ReceiveStock(5, Noon),
        ["reserve"] = new ReserveStock("o1", 4, Noon),
        ["reserve-less"] = new ReserveStock("o1", 3, Noon),
        ["release"] = new ReleaseReservation("o1", Noon),
        ["ship"] = new ShipStock("o1", Noon),
        ["count"] = new AdjustStock(-2, "count", "count-1", Noon),
    };
}
