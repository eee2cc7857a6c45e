using OrleansOrders.Domain;
using OrleansOrders.EventStore;

namespace OrleansOrders.Cli.Verify;

/// <summary>A row of <c>streams</c>, with the stream's snapshot when there is one.</summary>
internal sealed record StreamRow(
    long Key, StreamName Name, string StoredType, StreamHead Head, bool IsArchived, DateTimeOffset CreatedAt, SnapshotRow? Snapshot)
{
    /// <summary>It is marked as archived, and its file cannot be read, or there is none.</summary>
    public bool IsLost { get; init; }
}

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

/// <summary>States as snapshots hold them.</summary>
internal static class SnapshotStates
{
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
