using OrleansOrders.Domain;
using OrleansOrders.EventStore;

namespace OrleansOrders.Engine.Notifications;

/// <summary>What an event that customers are told of is about.</summary>
/// <param name="Kind"><c>placed, shipped, delivered, cancelled, refunded</c>.</param>
public sealed record NotificationSubject(string Tenant, Guid EventId, string OrderId, string Kind)
{
    // By name without version: a newer version that this program cannot read must not be passed over in silence.
    private static readonly Dictionary<string, string> Kinds = new(StringComparer.Ordinal)
    {
        ["order-placed"] = "placed",
        ["order-shipped"] = "shipped",
        ["order-delivered"] = "delivered",
        ["order-cancelled"] = "cancelled",
        ["payment-refunded"] = "refunded",
    };

    /// <summary>Null when customers are not told of such events.</summary>
    public static NotificationSubject? Of(RecordedEvent recorded)
    {
        var stream = recorded.Stream;
        if (stream.Type != Order.StreamType && stream.Type != Payment.StreamType)
            return null;
        var dot = recorded.Type.LastIndexOf(".v", StringComparison.Ordinal);
        return dot > 0 && Kinds.GetValueOrDefault(recorded.Type[..dot]) is { } kind
            ? new NotificationSubject(stream.Tenant, recorded.EventId, stream.Id, kind)
            : null;
    }
}
