using System.Collections.Immutable;
using OrleansOrders.Domain;
using OrleansOrders.Tests.Domain.Support;
using Run = OrleansOrders.Tests.Domain.Properties.SequenceRun<
    OrleansOrders.Domain.Order, OrleansOrders.Domain.OrderState, OrleansOrders.Domain.OrderCommand>;

namespace OrleansOrders.Tests.Domain.Properties;

/// <summary>Orders under random commands, beside a second bookkeeping that only reads the events.</summary>
public static class OrderSequences
{
    public static void Check(Random chance, List<object> story)
    {
        var run = new Run(story);
        var length = chance.Next(5, 40);
        for (var i = 0; i < length; i++)
        {
            var command = run.HasEarlier && chance.OneIn(6) ? run.Earlier(chance) : Any(chance, i);
            run.Send(command, command is not (AddItems or ReturnItems));
            if (run.State is OrderState.Existing { Facts: var facts })
                Balances(facts, run.History);
        }
    }

    private static void Balances(OrderFacts facts, List<DomainEvent> history)
    {
        var lines = new Dictionary<(string Sku, long UnitPrice), (long Quantity, long Returned)>();
        foreach (var @event in history)
            Book(lines, @event);
        Assert.Equal(
            lines.Select(line => (line.Key, line.Value)).OrderBy(line => line.Key),
            facts.Lines.Select(line => ((line.Sku, line.UnitPrice), (line.Quantity, line.Returned))).OrderBy(line => line.Item1));
        Assert.Equal(lines.Sum(line => line.Value.Quantity * line.Key.UnitPrice), facts.Total);
        Assert.InRange(facts.Total, 0, Limits.OrderTotal);
        Assert.All(facts.Lines, line => Assert.InRange(line.Returned, 0, line.Quantity));
        Assert.All(history.OfType<OrderPlaced>(), placed => Assert.Equal(facts.Total, placed.Total));
        Assert.All(history.OfType<OrderCancelled>(), cancelled => Assert.Equal(facts.PlacedAt, cancelled.Placed?.At));
    }

    private static void Book(Dictionary<(string Sku, long UnitPrice), (long Quantity, long Returned)> lines, DomainEvent @event)
    {
        switch (@event)
        {
            case ItemAdded e:
                lines.Add((e.Sku, e.UnitPrice), (e.Quantity, 0));
                break;
            case QuantityChanged e:
                lines[(e.Sku, e.UnitPrice)] = (e.Quantity, 0);
                break;
            case ItemRemoved e:
                foreach (var key in lines.Keys.Where(key => key.Sku == e.Sku).ToArray())
                    lines.Remove(key);
                break;
            case ItemReturned e:
                var line = lines[(e.Sku, e.UnitPrice)];
                lines[(e.Sku, e.UnitPrice)] = line with { Returned = line.Returned + e.Quantity };
                break;
        }
    }

    private static OrderCommand Any(Random chance, int index)
    {
        var at = Samples.Noon.AddMinutes(index);
        if (index < 2 && !chance.OneIn(10))
            return Create(chance, at);
        return chance.Next(20) switch
        {
            0 => Create(chance, at),
            < 5 => new AddItems(Lines(chance), at),
            < 7 => new ChangeQuantity(Sku(chance), UnitPrice(chance), Quantity(chance), at),
            7 => new RemoveItem(Sku(chance), at),
            < 10 => new PlaceOrder(at),
            < 12 => new ConfirmOrder(at),
            < 14 => new ShipOrder("dhl", "T1", at),
            < 16 => new DeliverOrder(at),
            16 => new CancelOrder("changed my mind", at),
            _ => new ReturnItems(Samples.Pieces((Sku(chance), Quantity(chance)), (Sku(chance), 1)), "broken", at),
        };
    }

    private static CreateOrder Create(Random chance, DateTimeOffset at) => new(
        "o1", "c1", chance.OneIn(20) ? "GBX" : chance.Pick("GBP", "JPY", "KWD"), "pm_ok", chance.Pick(null, "1 Mill Lane"),
        chance.Pick(null, "France"), Lines(chance), chance.OneIn(3), at);

    private static ImmutableArray<LineItem> Lines(Random chance) =>
        [.. Enumerable.Range(0, chance.Next(4)).Select(_ => new LineItem(Sku(chance), Quantity(chance), UnitPrice(chance), chance.Pick(null, "A lamp")))];

    private static string Sku(Random chance) => chance.Pick("A", "B", "a");

    private static long UnitPrice(Random chance) => chance.OneIn(12)
        ? chance.Pick(0, -1, Limits.UnitPrice, Limits.UnitPrice + 1, long.MaxValue)
        : chance.Pick(1L, 250);

    private static long Quantity(Random chance) => chance.OneIn(12)
        ? chance.Pick(0, -1, Limits.Quantity, Limits.Quantity + 1, long.MaxValue, long.MinValue)
        : chance.Next(1, 4);
}
