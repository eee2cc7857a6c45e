using OrleansOrders.Domain;
using OrleansOrders.EventStore;

namespace OrleansOrders.Engine.Personal;

/// <summary>Whose data a stream's texts are.</summary>
internal static class CustomerOf
{
    /// <summary>
    /// The customer's id. A payment and a shipment do not know it; their order does, which costs a read, but they have a
    /// personal text only when something is undone or given back.
    /// </summary>
    public static async ValueTask<string> Find(
        IEventStore log, StreamName stream, object state, IReadOnlyList<DomainEvent> events, CancellationToken cancellation)
    {
        if (stream.Type == Customer.StreamType)
            return stream.Id;
        if (InState(state) is { } known)
            return known;
        for (var i = 0; i < events.Count; i++)
        {
            if (InEvent(events[i]) is { } named)
                return named;
        }
        return await InLog(log, stream with { Type = Order.StreamType }, cancellation)
            // There is no such order: nobody's text, under a key that no customer can have.
            ?? $"order {stream.Id}";
    }

    private static string? InState(object state) => state switch
    {
        OrderState.Existing order => order.Facts.CustomerId,
        FulfilmentState.Existing saga => saga.Facts.CustomerId,
        _ => null,
    };

    private static string? InEvent(DomainEvent @event) => @event switch
    {
        OrderCreated e => e.CustomerId,
        FulfilmentStarted e => e.CustomerId,
        _ => null,
    };

    private static async Task<string?> InLog(IEventStore log, StreamName order, CancellationToken cancellation)
    {
        string? found = null;
        await log.FoldStream(order, 0, 1, stored =>
        {
            try
            {
                found = InEvent(EventCatalog.Decode(stored.Type, stored.Data));
            }
            catch (Exception unreadable) when (EventRepairs.IsOfEvent(unreadable))
            {
                // A damaged order: it may be repaired, but this text cannot wait for that.
            }
            return true;
        }, cancellation);
        return found;
    }
}
