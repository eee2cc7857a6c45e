using OrleansOrders.Domain;

namespace OrleansOrders.Tests.Domain.Support;

public static class OrderSamples
{
    private static readonly DateTimeOffset Noon = Samples.Noon;

    public static readonly OrderCreated Created = new("o1", "c1", "GBP", "pm_ok", "1 Mill Lane", "United Kingdom", Noon);
    public static readonly ItemAdded TwoLamps = new("LAMP", 2, 250, "A lamp", Noon);
    public static readonly ItemAdded OneMug = new("MUG", 1, 100, null, Noon);

    public static readonly OrderPlaced Placed = new(
        "o1", "c1", "GBP", "pm_ok", "United Kingdom", 600, [new LineItem("LAMP", 2, 250, "A lamp"), new LineItem("MUG", 1, 100, null)], Noon);

    public static readonly OrderConfirmed Confirmed = new(Noon);
    public static readonly OrderShipped Shipped = new("dhl", "T1", Samples.Pieces(("LAMP", 2), ("MUG", 1)), Noon);
    public static readonly OrderDelivered Delivered = new(Noon);
    public static readonly OrderCancelled CancelledDraft = new("changed my mind", null, Noon);
    public static readonly OrderCancelled Cancelled = new("changed my mind", Placed, Noon);

    public static readonly DomainEvent[] Draft = [Created, TwoLamps, OneMug];
    public static readonly DomainEvent[] UpToDelivered = [.. Draft, Placed, Confirmed, Shipped, Delivered];

    public static readonly CreateOrder Create = new(
        "o1", "c1", "GBP", "pm_ok", "1 Mill Lane", "United Kingdom", [new LineItem("LAMP", 2, 250, "A lamp")], true, Noon);

    public static IReadOnlyDictionary<string, DomainEvent[]> Histories { get; } = new Dictionary<string, DomainEvent[]>
    {
        ["none"] = [],
        ["empty"] = [Created],
        ["draft"] = Draft,
        ["placed"] = [.. Draft, Placed],
        ["confirmed"] = [.. Draft, Placed, Confirmed],
        ["shipped"] = [.. Draft, Placed, Confirmed, Shipped],
        ["delivered"] = UpToDelivered,
        ["returned"] =
        [
            .. UpToDelivered, new ItemReturned("LAMP", 2, 250, "broken", Noon), new ItemReturned("MUG", 1, 100, "broken", Noon),
        ],
        ["cancelled"] = [.. Draft, Placed, Cancelled],
        ["abandoned"] = [.. Draft, CancelledDraft],
    };

    public static IReadOnlyDictionary<string, OrderCommand> Commands { get; } = new Dictionary<string, OrderCommand>
    {
        ["create"] = Create,
        ["add"] = new AddItems([new LineItem("FRAME", 1, 10, null)], Noon),
        ["change"] = new ChangeQuantity("LAMP", 250, 5, Noon),
        ["remove"] = new RemoveItem("LAMP", Noon),
        ["place"] = new PlaceOrder(Noon),
        ["confirm"] = new ConfirmOrder(Noon),
        ["ship"] = new ShipOrder("dhl", "T1", Noon),
        ["deliver"] = new DeliverOrder(Noon),
        ["cancel"] = new CancelOrder("changed my mind", Noon),
        ["return"] = new ReturnItems(Samples.Pieces(("LAMP", 1)), "broken", Noon),
    };
}
