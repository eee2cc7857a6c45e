using OrleansOrders.Domain;
using OrleansOrders.EventStore;

namespace OrleansOrders.Cli.Verify;

/// <summary>A row of <c>streams</c>, with the stream's snapshot when there is one.</summary>
internal sealed record StreamRow(
    long Key, StreamName Name, string StoredType, StreamHead Head, bool IsArchived, DateTimeOffset CreatedAt, SnapshotRow? Snapshot);

/// <summary>A row of <c>snapshots</c>.</summary>
internal sealed record SnapshotRow(StreamHead Head, string Schema, byte[] State, byte[] Checksum);

/// <summary>An event of the walk.</summary>
/// <param name="Event">Null when it cannot be decoded.</param>
/// <param name="State">The stream's state after it; null when some event up to here does not fold.</param>
internal sealed record WalkedEvent(RecordedEvent Recorded, DomainEvent? Event, object? State);

/// <summary>Sees every stream of a walk: its beginning, its events in order of version, its end.</summary>
internal interface IStreamVisitor
{
    void Begin(StreamRow stream);

    void See(StreamRow stream, WalkedEvent walked);

    /// <param name="state">Null when the events do not fold.</param>
    void End(StreamRow stream, object? state);
}

/// <summary>The six aggregates' folds, chosen by the stream's type.</summary>
internal static class Folds
{
    /// <summary>Null when there is no such type.</summary>
    public static object? Initial(string streamType) => streamType switch
    {
        "order" => Order.Initial,
        "payment" => Payment.Initial,
        "stock" => Stock.Initial,
        "shipment" => Shipment.Initial,
        "customer" => Customer.Initial,
        "fulfilment" => Fulfilment.Initial,
        _ => null,
    };

    /// <exception cref="ImpossibleEventException">The state cannot take the event.</exception>
    public static object Evolve(object state, DomainEvent @event) => state switch
    {
        OrderState order => Order.Evolve(order, @event),
        PaymentState payment => Payment.Evolve(payment, @event),
        StockState stock => Stock.Evolve(stock, @event),
        ShipmentState shipment => Shipment.Evolve(shipment, @event),
        CustomerState customer => Customer.Evolve(customer, @event),
        FulfilmentState fulfilment => Fulfilment.Evolve(fulfilment, @event),
        _ => throw new ImpossibleEventException(state, @event),
    };

    public static (string Schema, byte[] Bytes) Encode(object state) => state switch
    {
        OrderState order => (StateCatalog.SchemaOf<OrderState>(), StateCatalog.Encode(order)),
        PaymentState payment => (StateCatalog.SchemaOf<PaymentState>(), StateCatalog.Encode(payment)),
        StockState stock => (StateCatalog.SchemaOf<StockState>(), StateCatalog.Encode(stock)),
        ShipmentState shipment => (StateCatalog.SchemaOf<ShipmentState>(), StateCatalog.Encode(shipment)),
        CustomerState customer => (StateCatalog.SchemaOf<CustomerState>(), StateCatalog.Encode(customer)),
        FulfilmentState fulfilment => (StateCatalog.SchemaOf<FulfilmentState>(), StateCatalog.Encode(fulfilment)),
        _ => ("", []),
    };
}
