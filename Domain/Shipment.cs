using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace OrleansOrders.Domain;

// Commands

public abstract record ShipmentCommand(DateTimeOffset At) : Command(At);

/// <param name="Reference">The carrier's booking.</param>
public sealed record CreateShipment(
    string OrderId, string Reference, ImmutableArray<ItemQuantity> Lines, DateTimeOffset At) : ShipmentCommand(At), IBeginsStream;

public sealed record DispatchShipment(string Carrier, string TrackingNumber, DateTimeOffset At) : ShipmentCommand(At);

public sealed record DeliverShipment(DateTimeOffset At) : ShipmentCommand(At);

/// <summary>On a shipment that was never created it leaves a mark, so that a late creation is refused.</summary>
public sealed record CancelShipment(string Reason, DateTimeOffset At) : ShipmentCommand(At);

// Events

public sealed record ShipmentCreated(
    string OrderId, string Reference, ImmutableArray<ItemQuantity> Lines, DateTimeOffset At) : DomainEvent(At);

/// <summary>Version 2. Version 1 held carrier and number in one text, <c>tracking: "carrier/number"</c>.</summary>
public sealed record ShipmentDispatched(string Carrier, string TrackingNumber, DateTimeOffset At) : DomainEvent(At);

public sealed record ShipmentDelivered(DateTimeOffset At) : DomainEvent(At);

public sealed record ShipmentCancelled(string Reason, DateTimeOffset At) : DomainEvent(At);

// State

public sealed record ShipmentFacts(string OrderId, string Reference, ImmutableArray<ItemQuantity> Lines)
{
    public string? Carrier { get; init; }
    public string? TrackingNumber { get; init; }
}

[JsonPolymorphic(TypeDiscriminatorPropertyName = "state")]
[JsonDerivedType(typeof(ShipmentState.NotCreated), "not-created")]
[JsonDerivedType(typeof(ShipmentState.Created), "created")]
[JsonDerivedType(typeof(ShipmentState.Dispatched), "dispatched")]
[JsonDerivedType(typeof(ShipmentState.Delivered), "delivered")]
[JsonDerivedType(typeof(ShipmentState.Cancelled), "cancelled")]
public abstract record ShipmentState
{
    public sealed record NotCreated : ShipmentState;

    public sealed record Created(ShipmentFacts Facts) : ShipmentState;

    public sealed record Dispatched(ShipmentFacts Facts) : ShipmentState;

    public sealed record Delivered(ShipmentFacts Facts) : ShipmentState;

    /// <summary><paramref name="Facts"/> is null when it was cancelled before it was created.</summary>
    public sealed record Cancelled(ShipmentFacts? Facts) : ShipmentState;
}

/// <summary>The goods of one order on their way.</summary>
public sealed class Shipment : IAggregate<ShipmentState, ShipmentCommand>
{
    private Shipment() { }

    public static string StreamType => "shipment";

    public static ShipmentState Initial { get; } = new ShipmentState.NotCreated();

    public static Decision Decide(ShipmentState state, ShipmentCommand command) => (state, command) switch
    {
        (ShipmentState.NotCreated, CreateShipment c) => Decision.Accept(new ShipmentCreated(c.OrderId, c.Reference, c.Lines, c.At)),
        (ShipmentState.NotCreated, CancelShipment c) => Decision.Accept(new ShipmentCancelled(c.Reason, c.At)),
        (ShipmentState.NotCreated, _) => Decision.Reject(Refusals.ShipmentNotFound, "There is no such shipment."),
        (ShipmentState.Cancelled, CancelShipment) => Decision.AlreadyDone,
        (ShipmentState.Cancelled, _) => Decision.Reject(Refusals.ShipmentCancelled, "The shipment is cancelled."),
        (_, CreateShipment) => Decision.AlreadyDone,
        (ShipmentState.Created, DispatchShipment c) => Decision.Accept(new ShipmentDispatched(c.Carrier, c.TrackingNumber, c.At)),
        (_, DispatchShipment) => Decision.AlreadyDone,
        (ShipmentState.Created, CancelShipment c) => Decision.Accept(new ShipmentCancelled(c.Reason, c.At)),
        (_, CancelShipment) => Decision.Reject(Refusals.ShipmentAlreadyDispatched, "The goods have left."),
        (ShipmentState.Dispatched, DeliverShipment c) => Decision.Accept(new ShipmentDelivered(c.At)),
        (ShipmentState.Delivered, DeliverShipment) => Decision.AlreadyDone,
        (_, DeliverShipment) => Decision.Reject(Refusals.ShipmentNotDispatched, "The goods have not left."),
        _ => Decision.Reject(Refusals.CommandUnknown, $"A shipment does not know {command.GetType().Name}."),
    };

    public static ShipmentState Evolve(ShipmentState state, DomainEvent @event) => (state, @event) switch
    {
        (ShipmentState.NotCreated, ShipmentCreated e) => new ShipmentState.Created(new ShipmentFacts(e.OrderId, e.Reference, e.Lines)),
        (ShipmentState.NotCreated, ShipmentCancelled) => new ShipmentState.Cancelled(null),
        (ShipmentState.Created(var facts), ShipmentDispatched e) => new ShipmentState.Dispatched(
            facts with { Carrier = e.Carrier, TrackingNumber = e.TrackingNumber }),
        (ShipmentState.Created(var facts), ShipmentCancelled) => new ShipmentState.Cancelled(facts),
        (ShipmentState.Dispatched(var facts), ShipmentDelivered) => new ShipmentState.Delivered(facts),
        _ => throw new ImpossibleEventException(state, @event),
    };
}
