namespace OrleansOrders.Domain;

/// <summary>The streams that tell one order's story, all under the order's id.</summary>
public static class OrderStreams
{
    public static IReadOnlyList<string> Types { get; } = [Order.StreamType, Payment.StreamType, Shipment.StreamType, Fulfilment.StreamType];
}
