using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace OrleansOrders.Domain;

// Commands

public abstract record StockCommand(DateTimeOffset At) : Command(At);

public sealed record ReceiveStock(long Quantity, DateTimeOffset At) : StockCommand(At);

/// <summary>Sets pieces aside for an order. Repeating it changes nothing.</summary>
public sealed record ReserveStock(string OrderId, long Quantity, DateTimeOffset At) : StockCommand(At);

/// <summary>Gives an order's pieces back. Where nothing was reserved it leaves a mark, so that a late reservation is refused.</summary>
public sealed record ReleaseReservation(string OrderId, DateTimeOffset At) : StockCommand(At);

/// <summary>The order's reserved pieces leave the house.</summary>
public sealed record ShipStock(string OrderId, DateTimeOffset At) : StockCommand(At);

/// <summary>A count, a loss or a return.</summary>
/// <param name="Quantity">Pieces, positive or negative, never zero.</param>
/// <param name="Reference">Chosen by the caller; the same reference is the same adjustment.</param>
public sealed record AdjustStock(long Quantity, string Reason, string Reference, DateTimeOffset At) : StockCommand(At);

// Events

public sealed record StockReceived(long Quantity, DateTimeOffset At) : DomainEvent(At);

public sealed record StockReserved(string OrderId, long Quantity, DateTimeOffset At) : DomainEvent(At);

/// <param name="Quantity">0 when nothing was reserved and only the mark is left.</param>
public sealed record ReservationReleased(string OrderId, long Quantity, DateTimeOffset At) : DomainEvent(At);

public sealed record StockShipped(string OrderId, long Quantity, DateTimeOffset At) : DomainEvent(At);

public sealed record StockAdjusted(long Quantity, string Reason, string Reference, DateTimeOffset At) : DomainEvent(At);

// State

/// <summary>Pieces of one SKU. available + reserved + shipped = received + adjusted, always.</summary>
/// <param name="Reservations">Pieces by order, while they are set aside.</param>
/// <param name="ReleasedOrders">Orders that gave their pieces back, or will never get any.</param>
/// <param name="ShippedOrders">Orders whose pieces have left.</param>
/// <param name="Adjustments">References of adjustments; apart from the orders, because one may name an order.</param>
public sealed record StockState(
    long Received, long Adjusted, long Shipped, long Reserved,
    [property: JsonConverter(typeof(OrdinalCountsJson))] ImmutableDictionary<string, long> Reservations,
    RecentReferences ReleasedOrders, RecentReferences ShippedOrders, RecentReferences Adjustments)
{
    public long Available => Received + Adjusted - Shipped - Reserved;

    /// <summary>Whether the order's reservation is over, one way or the other.</summary>
    public bool IsClosed(string orderId) => ReleasedOrders.Contains(orderId) || ShippedOrders.Contains(orderId);
}

/// <summary>The stock of one SKU. Neither available nor reserved is ever negative.</summary>
public sealed class Stock : IAggregate<StockState, StockCommand>
{
    private Stock() { }

    public static string StreamType => "stock";

    public static StockState Initial { get; } = new(
        0, 0, 0, 0, ImmutableDictionary.Create<string, long>(StringComparer.Ordinal), RecentReferences.None, RecentReferences.None,
        RecentReferences.None);

    public static Decision Decide(StockState state, StockCommand command) => command switch
    {
        ReceiveStock { Quantity: <= 0 or > Limits.Quantity } => Decision.Reject(
            Refusals.QuantityInvalid, $"A quantity is 1 to {Limits.Quantity}."),
        ReceiveStock c => state.Received + c.Quantity <= Limits.StockTotal
            ? Decision.Accept(new StockReceived(c.Quantity, c.At))
            : Decision.Reject(Refusals.AmountOverflow, $"At most {Limits.StockTotal} pieces are ever received."),
        ReserveStock c => Reserve(state, c),
        ReleaseReservation c when state.IsClosed(c.OrderId) => Decision.AlreadyDone,
        ReleaseReservation c => Decision.Accept(new ReservationReleased(c.OrderId, state.Reservations.GetValueOrDefault(c.OrderId), c.At)),
        ShipStock c when state.ShippedOrders.Contains(c.OrderId) => Decision.AlreadyDone,
        ShipStock c when state.ReleasedOrders.Contains(c.OrderId) => Decision.Reject(
            Refusals.ReservationClosed, "The order's pieces were given back; they cannot leave for it."),
        ShipStock c => state.Reservations.TryGetValue(c.OrderId, out var quantity)
            ? Decision.Accept(new StockShipped(c.OrderId, quantity, c.At))
            : Decision.Reject(Refusals.ReservationNotFound, "Nothing is reserved for the order."),
        AdjustStock c when state.Adjustments.Contains(c.Reference) => Decision.AlreadyDone,
        AdjustStock { Quantity: 0 or < -Limits.Quantity or > Limits.Quantity } => Decision.Reject(
            Refusals.QuantityInvalid, $"An adjustment is 1 to {Limits.Quantity} pieces, up or down."),
        AdjustStock c when state.Available + c.Quantity < 0 => Decision.Reject(
            Refusals.StockWouldBeNegative, $"Only {state.Available} pieces are available."),
        AdjustStock c => state.Adjusted + c.Quantity <= Limits.StockTotal
            ? Decision.Accept(new StockAdjusted(c.Quantity, c.Reason, c.Reference, c.At))
            : Decision.Reject(Refusals.AmountOverflow, $"At most {Limits.StockTotal} pieces are ever added."),
        _ => Decision.Reject(Refusals.CommandUnknown, $"Stock does not know {command.GetType().Name}."),
    };

    public static StockState Evolve(StockState state, DomainEvent @event) => @event switch
    {
        StockReceived e => state with { Received = checked(state.Received + e.Quantity) },
        StockReserved e when !state.Reservations.ContainsKey(e.OrderId) => state with
        {
            Reserved = checked(state.Reserved + e.Quantity),
            Reservations = state.Reservations.Add(e.OrderId, e.Quantity),
        },
        ReservationReleased e when state.Reservations.GetValueOrDefault(e.OrderId) == e.Quantity && !state.IsClosed(e.OrderId) => state with
        {
            Reserved = state.Reserved - e.Quantity,
            Reservations = state.Reservations.Remove(e.OrderId),
            ReleasedOrders = state.ReleasedOrders.Add(e.OrderId),
        },
        StockShipped e when state.Reservations.TryGetValue(e.OrderId, out var quantity) && quantity == e.Quantity => state with
        {
            Reserved = state.Reserved - e.Quantity,
            Shipped = checked(state.Shipped + e.Quantity),
            Reservations = state.Reservations.Remove(e.OrderId),
            ShippedOrders = state.ShippedOrders.Add(e.OrderId),
        },
        StockAdjusted e => state with
        {
            Adjusted = checked(state.Adjusted + e.Quantity),
            Adjustments = state.Adjustments.Add(e.Reference),
        },
        _ => throw new ImpossibleEventException(state, @event),
    };

    private static Decision Reserve(StockState state, ReserveStock command)
    {
        if (command.Quantity is <= 0 or > Limits.Quantity * Limits.LinesPerOrder)
            return Decision.Reject(Refusals.QuantityInvalid, "A reservation is of at least one piece.");
        if (state.IsClosed(command.OrderId))
            return Decision.Reject(Refusals.ReservationClosed, "The order's reservation is over.");
        if (state.Reservations.TryGetValue(command.OrderId, out var reserved))
        {
            return reserved == command.Quantity
                ? Decision.AlreadyDone
                : Decision.Reject(Refusals.ReservationMismatch, $"{reserved} pieces are reserved for the order already.");
        }
        return command.Quantity <= state.Available
            ? Decision.Accept(new StockReserved(command.OrderId, command.Quantity, command.At))
            : Decision.Reject(Refusals.OutOfStock, $"{command.Quantity} pieces are wanted, {state.Available} are available.");
    }
}
