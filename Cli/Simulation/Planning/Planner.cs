using System.Collections.Immutable;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Cli.Simulation;

/// <summary>
/// Makes a seed's plan: a few orders of two tenants, what people do with them, sooner or later than makes sense, and the
/// goods for them, at times too few.
/// </summary>
internal sealed class Planner(Chance chance, DateTimeOffset start)
{
    private static readonly string[] Countries = ["DE", "FR"];
    private static readonly string[] Currencies = ["EUR", "JPY"];

    private readonly List<PlannedCommand> commands = [];

    public Plan Make()
    {
        var processes = chance.Percent(80) ? 2 : 3;
        foreach (var tenant in Plan.Tenants)
        {
            foreach (var sku in Plan.Skus)
                Add(chance.Time(0, 0.3), tenant, "stock", sku, at => new ReceiveStock(chance.Between(2, 9), at));
        }
        var orders = chance.Between(1, 3);
        for (var i = 0; i < orders; i++)
            PlanOrder(Plan.Tenants[i % 2], $"o{1 + i / 2}", chance.Time(0.1, 4));
        if (chance.Percent(30))
            PlanGoods(chance.Pick(Plan.Tenants), chance.Pick(Plan.Skus));
        if (chance.Percent(25))
            PlanCustomer(chance.Pick(Plan.Tenants));
        return new Plan(processes, chance.OneIn(2) ? 1 : processes, [.. commands.OrderBy(command => command.At)]);
    }

    private void PlanOrder(string tenant, string id, TimeSpan at)
    {
        var placed = chance.Percent(70);
        var lines = Lines(tenant);
        var (currency, method, country) = (chance.Pick(Currencies), Method(), chance.Pick(Countries));
        Add(at, tenant, "order", id, when => new CreateOrder(id, $"c1@{tenant}", currency, method, null, country, lines, placed, when));
        if (!placed)
            PlanDraft(tenant, id, at);
        if (chance.Percent(25))
            Add(at + chance.Time(0.01, 9), tenant, "order", id, when => new CancelOrder($"changed my mind@{tenant}", when));
        if (chance.Percent(70))
            PlanDelivery(tenant, id, at, lines[0].Sku);
        if (chance.Percent(20))
        {
            var amount = chance.Between(50, 900);
            Add(at + chance.Time(1, 10), tenant, "payment", id, when => new RequestRefund($"r{amount}", amount, $"sorry@{tenant}", when));
        }
        if (chance.Percent(15))
            Add(at + chance.Time(2, 15), tenant, "fulfilment", id, when => Operate(tenant, when));
    }

    private void PlanDraft(string tenant, string id, TimeSpan at)
    {
        if (chance.Percent(50))
            Add(at + chance.Time(0.01, 1), tenant, "order", id, when => new AddItems(Lines(tenant), when));
        if (chance.Percent(25))
            Add(at + chance.Time(0.01, 1), tenant, "order", id, when => new RemoveItem(chance.Pick(Plan.Skus), when));
        if (chance.Percent(90))
            Add(at + chance.Time(0.5, 2), tenant, "order", id, when => new PlaceOrder(when));
    }

    // A client that is told "not yet" tries again under a new key: several commands, of which the first in time do nothing.
    private void PlanDelivery(string tenant, string id, TimeSpan at, string sku)
    {
        for (var i = chance.Between(1, 2); i > 0; i--)
            Add(at + chance.Time(0.3, 7), tenant, "order", id, when => new ShipOrder("post", $"t{i}@{tenant}", when));
        if (chance.Percent(70))
            Add(at + chance.Time(2, 9), tenant, "order", id, when => new DeliverOrder(when));
        if (chance.Percent(40))
        {
            Add(at + chance.Time(4, 12), tenant, "order", id, when => new ReturnItems(
                [new ItemQuantity(sku, chance.Between(1, 2))], $"broken@{tenant}", when));
        }
    }

    private void PlanGoods(string tenant, string sku)
    {
        Add(chance.Time(0, 8), tenant, "stock", sku, when => new ReceiveStock(chance.Between(1, 5), when));
        var reference = $"count{chance.Below(2)}@{tenant}";
        Add(chance.Time(0, 8), tenant, "stock", sku, when => new AdjustStock(chance.OneIn(2) ? -1 : 1, "count", reference, when));
    }

    private void PlanCustomer(string tenant)
    {
        var details = new CustomerDetails($"Ada@{tenant}", null, null, null, "GB");
        Add(chance.Time(0, 3), tenant, "customer", "c1", when => new PutCustomer($"c1@{tenant}", details, when));
        Add(chance.Time(0, 6), tenant, "customer", "c1", when => new PutCustomer($"c1@{tenant}", details with { Country = "IE" }, when));
        if (chance.OneIn(2))
            Add(chance.Time(2, 8), tenant, "customer", "c1", when => new EraseCustomer(when));
    }

    private FulfilmentCommand Operate(string tenant, DateTimeOffset when) => chance.Below(3) switch
    {
        0 => new RetryFulfilment($"op@{tenant}", "again", when),
        1 => new SkipCompensationStep($"op@{tenant}", "done by hand", when),
        _ => new Compensate("give it up", $"op@{tenant}", when),
    };

    private ImmutableArray<LineItem> Lines(string tenant)
    {
        var first = chance.Below(2);
        var lines = ImmutableArray.Create(new LineItem(Plan.Skus[first], chance.Between(1, 3), chance.Between(1, 9) * 100, $"ours@{tenant}"));
        return chance.OneIn(2) ? lines : lines.Add(new LineItem(Plan.Skus[1 - first], chance.Between(1, 2), chance.Between(1, 9) * 100, null));
    }

    private string Method() => chance.Percent(55) ? PaymentMethods.Ok : chance.Pick(PaymentMethods.All);

    private void Add(TimeSpan at, string tenant, string type, string id, Func<DateTimeOffset, Command> make)
    {
        var when = start + at;
        var changed = chance.Percent(5) ? make(when.AddSeconds(1)) : null;
        commands.Add(new PlannedCommand(
            commands.Count, at, tenant, type, id, make(when), changed, chance.Percent(20) ? chance.Between(1, 2) : 0, chance.Percent(6)));
    }
}
