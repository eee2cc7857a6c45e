using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;

namespace OrleansOrders.Engine;

/// <summary>
/// What readers do where a stored event fails: they take its newest repair in its place, or say which event it is that
/// nobody can read. A sound log never comes here.
/// </summary>
public static class EventRepairs
{
    /// <summary>The event as it stands, or as it was repaired.</summary>
    /// <exception cref="UnreadableEventException">Neither can be decoded.</exception>
    public static async Task<EventEnvelope> Open(IEventStore store, RecordedEvent recorded, CancellationToken cancellation)
    {
        try
        {
            return EventCodec.Open(recorded);
        }
        catch (Exception failure) when (IsOfEvent(failure))
        {
            return await OpenRepaired(store, recorded, failure, cancellation);
        }
    }

    /// <summary>The event's repair, after the event itself has failed.</summary>
    /// <exception cref="UnreadableEventException">There is none, or it cannot be decoded.</exception>
    public static async Task<EventEnvelope> OpenRepaired(
        IEventStore store, RecordedEvent recorded, Exception failure, CancellationToken cancellation)
    {
        if (await Find(store, recorded, cancellation) is not { } repair)
            throw Unreadable(recorded, failure);
        try
        {
            return EventCodec.Open(recorded with { Type = repair.Type, Data = repair.Data }) with
            {
                Repair = new EventRepairView(repair.Number, recorded.Type, repair.Actor, repair.Reason, repair.RepairedAt),
            };
        }
        catch (Exception broken) when (IsOfEvent(broken))
        {
            throw Unreadable(recorded, broken);
        }
    }

    /// <summary>The event's newest repair, or null.</summary>
    public static async Task<EventRepair?> Find(IEventStore store, RecordedEvent recorded, CancellationToken cancellation) =>
        (await store.FindRepairs([recorded.EventId], cancellation)).FirstOrDefault(repair => repair.Tenant == recorded.Stream.Tenant);

    public static UnreadableEventException Unreadable(RecordedEvent recorded, Exception failure) => new(
        recorded.Stream.Tenant, recorded.Stream.StreamId, recorded.Version, recorded.Position, recorded.EventId, recorded.Type,
        Causes.Of(failure), failure);

    internal static bool IsOfEvent(Exception failure) => failure is not (OutOfMemoryException or OperationCanceledException);
}
