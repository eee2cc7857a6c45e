using OrleansOrders.Domain;
using OrleansOrders.Tests.Domain.Support;

namespace OrleansOrders.Tests.Domain.Properties;

/// <summary>Stock under random commands: every piece is in one place, and none is given away twice.</summary>
public static class StockSequences
{
    public static void Check(Random chance, List<object> story)
    {
        var run = new SequenceRun<Stock, StockState, StockCommand>(story);
        var length = chance.Next(5, 60);
        for (var i = 0; i < length; i++)
        {
            var command = run.HasEarlier && chance.OneIn(5) ? run.Earlier(chance) : Any(chance, i);
            run.Send(command, command is not ReceiveStock);
            Balances(run.State, run.History);
        }
    }

    private static void Balances(StockState state, List<DomainEvent> history)
    {
        Assert.True(state.Available >= 0 && state.Reserved >= 0 && state.Shipped >= 0, "A count is negative.");
        var received = history.OfType<StockReceived>().Sum(received => received.Quantity);
        var adjusted = history.OfType<StockAdjusted>().Sum(adjusted => adjusted.Quantity);
        Assert.Equal((received, adjusted), (state.Received, state.Adjusted));
        Assert.Equal(received + adjusted, state.Available + state.Reserved + state.Shipped);
        Assert.Equal(state.Reserved, state.Reservations.Values.Sum());
        Assert.Equal(history.OfType<StockShipped>().Sum(shipped => shipped.Quantity), state.Shipped);
        Assert.Distinct(history.OfType<StockShipped>().Select(shipped => shipped.OrderId));
        Assert.Distinct(history.OfType<StockReserved>().Select(reserved => reserved.OrderId));
        Assert.Distinct(history.OfType<StockAdjusted>().Select(adjusted => adjusted.Reference));
        Assert.DoesNotContain(state.Reservations.Keys, state.IsClosed);
    }

    private static StockCommand Any(Random chance, int index)
    {
        var at = Samples.Noon.AddMinutes(index);
        return chance.Next(14) switch
        {
            < 3 => new ReceiveStock(chance.OneIn(8) ? chance.Pick(0, -1, Limits.Quantity + 1, long.MaxValue) : chance.Next(1, 20), at),
            < 7 => new ReserveStock(OrderId(chance), chance.OneIn(8) ? chance.Pick(0, -1, long.MaxValue) : chance.Next(1, 8), at),
            < 9 => new ReleaseReservation(OrderId(chance), at),
            < 11 => new ShipStock(OrderId(chance), at),
            _ => new AdjustStock(
                chance.OneIn(8) ? chance.Pick(0, long.MinValue, long.MaxValue) : chance.Next(-6, 6), "count", OrderId(chance), at),
        };
    }

    private static string OrderId(Random chance) => $"o{chance.Next(12)}";
}
