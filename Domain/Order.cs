using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace OrleansOrders.Domain;

// Commands

public abstract record OrderCommand(DateTimeOffset At) : Command(At);

/// <summary>Opens an order and, when <paramref name="Place"/>, places it in the same decision.</summary>
public sealed record CreateOrder(
    string OrderId, string CustomerId, string Currency, string PaymentMethod, string? ShippingAddress, string? Country,
    ImmutableArray<LineItem> Lines, bool Place, DateTimeOffset At) : OrderCommand(At), IBeginsStream;

/// <summary>Adds lines to a draft. A line with the SKU and price of an existing one raises its quantity.</summary>
public sealed record AddItems(ImmutableArray<LineItem> Lines, DateTimeOffset At) : OrderCommand(At);

/// <summary>Sets the quantity of the line with this SKU and price.</summary>
public sealed record ChangeQuantity(string Sku, long UnitPrice, long Quantity, DateTimeOffset At) : OrderCommand(At);

/// <summary>Removes every line of the SKU from a draft.</summary>
public sealed record RemoveItem(string Sku, DateTimeOffset At) : OrderCommand(At);

public sealed record PlaceOrder(DateTimeOffset At) : OrderCommand(At);

/// <summary>Stock is reserved and the payment authorized.</summary>
public sealed record ConfirmOrder(DateTimeOffset At) : OrderCommand(At);

public sealed record ShipOrder(string Carrier, string TrackingNumber, DateTimeOffset At) : OrderCommand(At);

public sealed record DeliverOrder(DateTimeOffset At) : OrderCommand(At);

/// <summary>Possible until the goods have left.</summary>
public sealed record CancelOrder(string Reason, DateTimeOffset At) : OrderCommand(At);

public sealed record ReturnItems(ImmutableArray<ItemQuantity> Lines, string Reason, DateTimeOffset At) : OrderCommand(At);

// Events

public sealed record OrderCreated(
    string OrderId, string CustomerId, string Currency, string PaymentMethod, string? ShippingAddress, string? Country,
    DateTimeOffset At) : DomainEvent(At);

public sealed record ItemAdded(string Sku, long Quantity, long UnitPrice, string? Description, DateTimeOffset At) : DomainEvent(At);

public sealed record ItemRemoved(string Sku, DateTimeOffset At) : DomainEvent(At);

/// <summary>The line of this SKU and price now has <paramref name="Quantity"/> pieces in all.</summary>
public sealed record QuantityChanged(string Sku, long UnitPrice, long Quantity, DateTimeOffset At) : DomainEvent(At);

/// <summary>Carries the whole order, so that a reader of the log needs no earlier event.</summary>
public sealed record OrderPlaced(
    string OrderId, string CustomerId, string Currency, string PaymentMethod, string? Country, long Total,
    ImmutableArray<LineItem> Lines, DateTimeOffset At) : DomainEvent(At);

public sealed record OrderConfirmed(DateTimeOffset At) : DomainEvent(At);

public sealed record OrderShipped(
    string Carrier, string TrackingNumber, ImmutableArray<ItemQuantity> Lines, DateTimeOffset At) : DomainEvent(At);

public sealed record OrderDelivered(DateTimeOffset At) : DomainEvent(At);

/// <summary>Ends the order. <paramref name="Placed"/> is what was placed, when it was placed at all.</summary>
public sealed record OrderCancelled(string Reason, OrderPlaced? Placed, DateTimeOffset At) : DomainEvent(At);

/// <param name="UnitPrice">The price of the line that the pieces belong to; its refund is quantity times this.</param>
public sealed record ItemReturned(string Sku, long Quantity, long UnitPrice, string Reason, DateTimeOffset At) : DomainEvent(At);

// State

/// <summary>What every order has, whatever its status.</summary>
public sealed record OrderFacts(
    string OrderId, string CustomerId, string Currency, string PaymentMethod, string? ShippingAddress, string? Country,
    ImmutableArray<OrderLine> Lines, DateTimeOffset CreatedAt)
{
    public DateTimeOffset? PlacedAt { get; init; }
    public DateTimeOffset? ConfirmedAt { get; init; }
    public DateTimeOffset? ShippedAt { get; init; }
    public DateTimeOffset? DeliveredAt { get; init; }
    public DateTimeOffset? CancelledAt { get; init; }
    public string? CancelReason { get; init; }
    public string? Carrier { get; init; }
    public string? TrackingNumber { get; init; }

    /// <summary>Minor units of <see cref="Currency"/>, before returns.</summary>
    public long Total => Money.Total(Lines);
}

[JsonPolymorphic(TypeDiscriminatorPropertyName = "state")]
[JsonDerivedType(typeof(OrderState.NotCreated), "not-created")]
[JsonDerivedType(typeof(OrderState.Draft), "draft")]
[JsonDerivedType(typeof(OrderState.Placed), "placed")]
[JsonDerivedType(typeof(OrderState.Confirmed), "confirmed")]
[JsonDerivedType(typeof(OrderState.Shipped), "shipped")]
[JsonDerivedType(typeof(OrderState.Delivered), "delivered")]
[JsonDerivedType(typeof(OrderState.Cancelled), "cancelled")]
public abstract record OrderState
{
    public sealed record NotCreated : OrderState;

    /// <summary>Every state in which the order exists.</summary>
    public abstract record Existing(OrderFacts Facts) : OrderState;

    public sealed record Draft(OrderFacts Facts) : Existing(Facts);

    public sealed record Placed(OrderFacts Facts) : Existing(Facts);

    public sealed record Confirmed(OrderFacts Facts) : Existing(Facts);

    public sealed record Shipped(OrderFacts Facts) : Existing(Facts);

    public sealed record Delivered(OrderFacts Facts) : Existing(Facts);

    public sealed record Cancelled(OrderFacts Facts) : Existing(Facts);
}

/// <summary>An order from draft to delivery, cancellation or return.</summary>
public sealed class Order : IAggregate<OrderState, OrderCommand>
{
    private Order() { }

    public static string StreamType => "order";

    public static OrderState Initial { get; } = new OrderState.NotCreated();

    public static Decision Decide(OrderState state, OrderCommand command) => (state, command) switch
    {
        (OrderState.NotCreated, CreateOrder create) => Create(create),
        (OrderState.NotCreated, _) => Decision.Reject(Refusals.OrderNotFound, "There is no such order."),
        (_, CreateOrder) => Decision.Reject(Refusals.OrderExists, "The order exists already."),

        (OrderState.Draft draft, AddItems add) => Add(draft.Facts, add.Lines, add.At),
        (OrderState.Draft draft, ChangeQuantity change) => Change(draft.Facts, change),
        (OrderState.Draft draft, RemoveItem remove) => draft.Facts.Lines.Any(line => line.Sku == remove.Sku)
            ? Decision.Accept(new ItemRemoved(remove.Sku, remove.At))
            : Decision.Reject(Refusals.ItemNotFound, $"The order has no line of {remove.Sku}."),
        (OrderState.Draft draft, PlaceOrder place) => Place(draft.Facts, place.At),
        (_, AddItems or ChangeQuantity or RemoveItem) => Decision.Reject(
            Refusals.OrderNotDraft, "Lines can be changed only while the order is a draft."),
        (OrderState.Cancelled, PlaceOrder or ConfirmOrder or ShipOrder or DeliverOrder or ReturnItems) => Decision.Reject(
            Refusals.OrderCancelled, "The order is cancelled."),
        (_, PlaceOrder) => Decision.AlreadyDone,

        (OrderState.Placed, ConfirmOrder confirm) => Decision.Accept(new OrderConfirmed(confirm.At)),
        (OrderState.Draft, ConfirmOrder) => Decision.Reject(Refusals.OrderNotPlaced, "The order is not placed."),
        (_, ConfirmOrder) => Decision.AlreadyDone,

        (OrderState.Confirmed confirmed, ShipOrder ship) => Decision.Accept(new OrderShipped(
            ship.Carrier, ship.TrackingNumber, LineItem.PerSku(confirmed.Facts.Lines), ship.At)),
        (OrderState.Draft or OrderState.Placed, ShipOrder or DeliverOrder) => Decision.Reject(
            Refusals.OrderNotConfirmed, "The order is not confirmed: stock and payment come first."),
        (_, ShipOrder) => Decision.AlreadyDone,

        (OrderState.Shipped, DeliverOrder deliver) => Decision.Accept(new OrderDelivered(deliver.At)),
        (OrderState.Confirmed, DeliverOrder) => Decision.Reject(Refusals.OrderNotShipped, "The order is not shipped."),
        (_, DeliverOrder) => Decision.AlreadyDone,

        (OrderState.Draft, CancelOrder cancel) => Decision.Accept(new OrderCancelled(cancel.Reason, null, cancel.At)),
        (OrderState.Placed placed, CancelOrder cancel) => Cancel(placed.Facts, cancel),
        (OrderState.Confirmed confirmed, CancelOrder cancel) => Cancel(confirmed.Facts, cancel),
        (OrderState.Cancelled, CancelOrder) => Decision.AlreadyDone,
        (_, CancelOrder) => Decision.Reject(Refusals.OrderAlreadyShipped, "The goods have left; they can only be returned."),

        (OrderState.Delivered delivered, ReturnItems returned) => Return(delivered.Facts, returned),
        (_, ReturnItems) => Decision.Reject(Refusals.OrderNotShipped, "Only delivered goods can be returned."),

        _ => Decision.Reject(Refusals.CommandUnknown, $"An order does not know {command.GetType().Name}."),
    };

    public static OrderState Evolve(OrderState state, DomainEvent @event) => (state, @event) switch
    {
        (OrderState.NotCreated, OrderCreated e) => new OrderState.Draft(new OrderFacts(
            e.OrderId, e.CustomerId, e.Currency, e.PaymentMethod, e.ShippingAddress, e.Country, [], e.At)),
        (OrderState.Draft(var facts), ItemAdded e) when facts.Lines.IndexOf(e.Sku, e.UnitPrice) < 0 => new OrderState.Draft(facts with
        {
            Lines = facts.Lines.Add(new OrderLine(e.Sku, e.Quantity, e.UnitPrice, e.Description, 0)),
        }),
        (OrderState.Draft(var facts), ItemRemoved e) when facts.Lines.Any(line => line.Sku == e.Sku) => new OrderState.Draft(facts with
        {
            Lines = facts.Lines.RemoveAll(line => line.Sku == e.Sku),
        }),
        (OrderState.Draft(var facts), QuantityChanged e) when facts.Lines.IndexOf(e.Sku, e.UnitPrice) is >= 0 and var at =>
            new OrderState.Draft(facts with { Lines = facts.Lines.SetItem(at, facts.Lines[at] with { Quantity = e.Quantity }) }),
        (OrderState.Draft(var facts), OrderPlaced e) when !facts.Lines.IsEmpty => new OrderState.Placed(facts with { PlacedAt = e.At }),
        (OrderState.Placed(var facts), OrderConfirmed e) => new OrderState.Confirmed(facts with { ConfirmedAt = e.At }),
        (OrderState.Confirmed(var facts), OrderShipped e) => new OrderState.Shipped(facts with
        {
            ShippedAt = e.At,
            Carrier = e.Carrier,
            TrackingNumber = e.TrackingNumber,
        }),
        (OrderState.Shipped(var facts), OrderDelivered e) => new OrderState.Delivered(facts with { DeliveredAt = e.At }),
        (OrderState.Draft or OrderState.Placed or OrderState.Confirmed, OrderCancelled e) =>
            new OrderState.Cancelled(((OrderState.Existing)state).Facts with { CancelledAt = e.At, CancelReason = e.Reason }),
        (OrderState.Delivered(var facts), ItemReturned e) when facts.Lines.CanReturn(e.Sku, e.UnitPrice, e.Quantity, out var lines) =>
            new OrderState.Delivered(facts with { Lines = lines }),
        _ => throw new ImpossibleEventException(state, @event),
    };

    private static Decision Create(CreateOrder create)
    {
        if (!Currencies.IsKnown(create.Currency))
            return Decision.Reject(Refusals.CurrencyUnknown, $"{create.Currency} is not a currency of ISO 4217 that is accepted here.");
        var created = new OrderCreated(
            create.OrderId, create.CustomerId, create.Currency, create.PaymentMethod, create.ShippingAddress, create.Country, create.At);
        var draft = ((OrderState.Draft)Evolve(Initial, created)).Facts;
        var added = Add(draft, create.Lines, create.At);
        if (added is not Decision.Accepted { Events: var lines })
            return added;
        if (!create.Place)
            return new Decision.Accepted([created, .. lines]);
        var full = lines.Aggregate((OrderState)new OrderState.Draft(draft), Evolve);
        return Place(((OrderState.Draft)full).Facts, create.At) is Decision.Accepted { Events: var placed }
            ? new Decision.Accepted([created, .. lines, .. placed])
            : Decision.Reject(Refusals.OrderEmpty, "An order without lines cannot be placed.");
    }

    private static Decision Add(OrderFacts facts, ImmutableArray<LineItem> added, DateTimeOffset at)
    {
        var lines = facts.Lines;
        var events = new List<DomainEvent>(added.Length);
        foreach (var item in added)
        {
            if (LineItem.Refuse(item.Quantity, item.UnitPrice) is { } refusal)
                return refusal;
            var index = lines.IndexOf(item.Sku, item.UnitPrice);
            if (index < 0)
            {
                lines = lines.Add(new OrderLine(item.Sku, item.Quantity, item.UnitPrice, item.Description, 0));
                events.Add(new ItemAdded(item.Sku, item.Quantity, item.UnitPrice, item.Description, at));
                continue;
            }
            var quantity = lines[index].Quantity + item.Quantity;
            if (LineItem.Refuse(quantity, item.UnitPrice) is { } tooMany)
                return tooMany;
            lines = lines.SetItem(index, lines[index] with { Quantity = quantity });
            events.Add(new QuantityChanged(item.Sku, item.UnitPrice, quantity, at));
        }
        return lines.RefuseSize() ?? new Decision.Accepted(events);
    }

    private static Decision Change(OrderFacts facts, ChangeQuantity change)
    {
        if (LineItem.Refuse(change.Quantity, change.UnitPrice) is { } refusal)
            return refusal;
        var index = facts.Lines.IndexOf(change.Sku, change.UnitPrice);
        if (index < 0)
            return Decision.Reject(Refusals.ItemNotFound, $"The order has no line of {change.Sku} at this price.");
        if (facts.Lines[index].Quantity == change.Quantity)
            return Decision.AlreadyDone;
        var lines = facts.Lines.SetItem(index, facts.Lines[index] with { Quantity = change.Quantity });
        return lines.RefuseSize()
            ?? Decision.Accept(new QuantityChanged(change.Sku, change.UnitPrice, change.Quantity, change.At));
    }

    private static Decision Place(OrderFacts facts, DateTimeOffset at) => facts.Lines.IsEmpty
        ? Decision.Reject(Refusals.OrderEmpty, "An order without lines cannot be placed.")
        : Decision.Accept(PlacedEvent(facts, at));

    private static Decision Cancel(OrderFacts facts, CancelOrder cancel) =>
        Decision.Accept(new OrderCancelled(cancel.Reason, PlacedEvent(facts, facts.PlacedAt ?? cancel.At), cancel.At));

    private static OrderPlaced PlacedEvent(OrderFacts facts, DateTimeOffset at) => new(
        facts.OrderId, facts.CustomerId, facts.Currency, facts.PaymentMethod, facts.Country, facts.Total,
        [.. facts.Lines.Select(line => new LineItem(line.Sku, line.Quantity, line.UnitPrice, line.Description))], at);

    private static Decision Return(OrderFacts facts, ReturnItems command)
    {
        var lines = facts.Lines;
        var events = new List<DomainEvent>();
        foreach (var (sku, wanted) in command.Lines)
        {
            if (wanted is <= 0 or > Limits.Quantity)
                return Decision.Reject(Refusals.QuantityInvalid, $"A quantity is 1 to {Limits.Quantity}.");
            var left = wanted;
            for (var i = 0; i < lines.Length && left > 0; i++)
            {
                var take = lines[i].Sku == sku ? Math.Min(left, lines[i].Quantity - lines[i].Returned) : 0;
                if (take == 0)
                    continue;
                left -= take;
                lines = lines.SetItem(i, lines[i] with { Returned = lines[i].Returned + take });
                events.Add(new ItemReturned(sku, take, lines[i].UnitPrice, command.Reason, command.At));
            }
            if (left > 0)
                return Decision.Reject(Refusals.ReturnExceedsDelivered, $"{wanted} of {sku} is more than was delivered and not yet returned.");
        }
        return new Decision.Accepted(events);
    }
}
