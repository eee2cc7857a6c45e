using System.Collections.Frozen;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace OrleansOrders.Domain;

/// <summary>One kind of event: its stored name and version, and the aggregate that it belongs to.</summary>
/// <param name="StoredName">As in the log: <c>order-placed.v1</c>.</param>
/// <param name="Json">How it is written.</param>
public sealed record EventKind(string StoredName, string StreamType, Type ClrType, JsonTypeInfo Json)
{
    /// <summary>How it is read: what cannot be null must be there.</summary>
    internal JsonTypeInfo Reading { get; } = EventReading.Options.GetTypeInfo(ClrType);
}

/// <summary>Turns JSON of one stored version into JSON of the next.</summary>
public sealed record Upcaster(string From, string To, Func<JsonObject, JsonObject> Apply);

/// <summary>
/// The one place where events get their stored names. Names and shapes that were ever released stay readable:
/// old JSON is brought forward here, step by step, before any state sees it.
/// </summary>
public static class EventCatalog
{
    // Names and descriptions stand in the log as people write them; nothing of it is ever pasted into a page as markup.
    private static readonly DomainJson Writing = new(new JsonSerializerOptions(DomainJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    private static readonly EventKind[] All =
    [
        Kind<OrderCreated>("order", "order-created.v1"),
        Kind<ItemAdded>("order", "order-item-added.v1"),
        Kind<ItemRemoved>("order", "order-item-removed.v1"),
        Kind<QuantityChanged>("order", "order-quantity-changed.v1"),
        Kind<OrderPlaced>("order", "order-placed.v1"),
        Kind<OrderConfirmed>("order", "order-confirmed.v1"),
        Kind<OrderShipped>("order", "order-shipped.v1"),
        Kind<OrderDelivered>("order", "order-delivered.v1"),
        Kind<OrderCancelled>("order", "order-cancelled.v1"),
        Kind<ItemReturned>("order", "order-item-returned.v1"),
        Kind<PaymentRequested>("payment", "payment-requested.v1"),
        Kind<PaymentAuthorized>("payment", "payment-authorized.v1"),
        Kind<PaymentDeclined>("payment", "payment-declined.v1"),
        Kind<PaymentOutcomeUnknown>("payment", "payment-outcome-unknown.v1"),
        Kind<PaymentCaptured>("payment", "payment-captured.v1"),
        Kind<PaymentCaptureFailed>("payment", "payment-capture-failed.v1"),
        Kind<PaymentVoided>("payment", "payment-voided.v1"),
        Kind<RefundRequested>("payment", "payment-refund-requested.v1"),
        Kind<RefundProposed>("payment", "payment-refund-proposed.v1"),
        Kind<RefundApproved>("payment", "payment-refund-approved.v1"),
        Kind<RefundRejected>("payment", "payment-refund-rejected.v1"),
        Kind<RefundWithdrawn>("payment", "payment-refund-withdrawn.v1"),
        Kind<PaymentRefunded>("payment", "payment-refunded.v1"),
        Kind<RefundFailed>("payment", "payment-refund-failed.v1"),
        Kind<StockReceived>("stock", "stock-received.v1"),
        Kind<StockReserved>("stock", "stock-reserved.v1"),
        Kind<ReservationReleased>("stock", "stock-reservation-released.v1"),
        Kind<StockShipped>("stock", "stock-shipped.v1"),
        Kind<StockAdjusted>("stock", "stock-adjusted.v1"),
        Kind<ShipmentCreated>("shipment", "shipment-created.v1"),
        Kind<ShipmentDispatched>("shipment", "shipment-dispatched.v2"),
        Kind<ShipmentDelivered>("shipment", "shipment-delivered.v1"),
        Kind<ShipmentCancelled>("shipment", "shipment-cancelled.v1"),
        Kind<CustomerRegistered>("customer", "customer-registered.v1"),
        Kind<CustomerDetailsChanged>("customer", "customer-details-changed.v1"),
        Kind<CustomerErased>("customer", "customer-erased.v1"),
        Kind<FulfilmentStarted>("fulfilment", "fulfilment-started.v1"),
        Kind<StepStarted>("fulfilment", "fulfilment-step-started.v1"),
        Kind<StepCompleted>("fulfilment", "fulfilment-step-completed.v1"),
        Kind<StepFailed>("fulfilment", "fulfilment-step-failed.v1"),
        Kind<CompensationStarted>("fulfilment", "fulfilment-compensation-started.v1"),
        Kind<CompensationStepCompleted>("fulfilment", "fulfilment-compensation-step-completed.v1"),
        Kind<CompensationStepFailed>("fulfilment", "fulfilment-compensation-step-failed.v1"),
        Kind<FulfilmentCompleted>("fulfilment", "fulfilment-completed.v1"),
        Kind<FulfilmentCompensated>("fulfilment", "fulfilment-compensated.v1"),
        Kind<FulfilmentParked>("fulfilment", "fulfilment-parked.v1"),
        Kind<FulfilmentResumed>("fulfilment", "fulfilment-resumed.v1"),
    ];

    private static readonly FrozenDictionary<string, EventKind> ByName = All.ToFrozenDictionary(kind => kind.StoredName);
    private static readonly FrozenDictionary<Type, EventKind> ByType = All.ToFrozenDictionary(kind => kind.ClrType);
    private static readonly FrozenDictionary<string, Upcaster> UpcasterByName =
        Upcasters.All.ToFrozenDictionary(upcaster => upcaster.From);

    /// <summary>Every event in its current version.</summary>
    public static IReadOnlyList<EventKind> Kinds => All;

    /// <summary>The stored name without its version: <c>order-placed</c>.</summary>
    public static string NameOf(string storedName) =>
        storedName.LastIndexOf(".v", StringComparison.Ordinal) is > 0 and var dot ? storedName[..dot] : storedName;

    /// <summary>Whether events of this stored name can be decoded, in their own version or brought forward.</summary>
    public static bool Knows(string storedName) => ByName.ContainsKey(storedName) || UpcasterByName.ContainsKey(storedName);

    public static EventKind KindOf(DomainEvent @event) => ByType[@event.GetType()];

    /// <summary>Writes the event's current JSON, UTF-8.</summary>
    public static byte[] Encode(DomainEvent @event) => JsonSerializer.SerializeToUtf8Bytes(@event, KindOf(@event).Json);

    /// <summary>Reads an event of any version that was ever released.</summary>
    /// <exception cref="UnknownEventException">The name is not in the catalog: the log is newer than this code.</exception>
    /// <exception cref="JsonException">The data is not this event's JSON.</exception>
    public static DomainEvent Decode(string storedName, ReadOnlySpan<byte> data)
    {
        if (ByName.TryGetValue(storedName, out var kind))
            return (DomainEvent?)JsonSerializer.Deserialize(data, kind.Reading) ?? throw new JsonException("An event is never null.");
        if (!UpcasterByName.ContainsKey(storedName))
            throw new UnknownEventException(storedName);
        var json = JsonSerializer.Deserialize(data, EventReading.Object) ?? throw new JsonException("An event is never null.");
        var name = storedName;
        while (UpcasterByName.TryGetValue(name, out var upcaster))
            (name, json) = (upcaster.To, upcaster.Apply(json));
        return (DomainEvent)json.Deserialize(ByName[name].Reading)!;
    }

    private static EventKind Kind<TEvent>(string streamType, string storedName)
        where TEvent : DomainEvent => new(storedName, streamType, typeof(TEvent), Writing.GetTypeInfo(typeof(TEvent))!);
}

/// <summary>The log holds an event that this version of the program does not know.</summary>
public sealed class UnknownEventException(string storedName)
    : Exception($"{storedName} is not an event that this version knows.")
{
    public string StoredName { get; } = storedName;
}
