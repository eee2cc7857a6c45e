using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;

namespace OrleansOrders.Engine.Reactions;

/// <summary>
/// Keeps an order whose streams cannot be read from holding up the others: it is parked, its events count as taken, and a
/// replay reacts to all of them. That is safe because every reaction is idempotent, and whole because the events stand in
/// the log. The caller works on one order one call at a time.
/// </summary>
internal sealed class ReactionParking(IEventStore store, IReactionLetters letters)
{
    public const string Consumer = "reactions";

    private const int Batch = 500;

    public IReactionLetters Letters => letters;

    /// <summary>Orders that somebody asked to replay.</summary>
    public IEnumerable<(string Tenant, string OrderId)> ReplayRequests =>
        letters.ReplayRequests.Select(parked => (parked.Stream.Tenant, parked.Stream.Id)).Distinct();

    /// <summary>Reacts to the events, unless the order is parked, or parks it where one of its streams cannot be read.</summary>
    /// <returns>What <paramref name="react"/> returns; null when the order is parked.</returns>
    public async Task<DateTimeOffset?> React(
        string tenant, string orderId, IReadOnlyList<RecordedEvent> events,
        Func<IReadOnlyList<RecordedEvent>, CancellationToken, Task<DateTimeOffset?>> react, CancellationToken cancellation)
    {
        var parked = OrderStreams.Types.Select(type => letters.Find(new StreamName(tenant, type, orderId))).OfType<ParkedStream>().ToList();
        if (parked.Count == 0)
            return (await ReactOrPark(tenant, orderId, events, react, cancellation)).WakeAt;
        if (!parked.Any(stream => stream.IsReplayRequested))
            return null;
        var all = await ReadAll(tenant, orderId, cancellation);
        var (poison, wakeAt) = await ReactOrPark(tenant, orderId, all, react, cancellation);
        if (poison is null)
        {
            foreach (var stream in parked)
                await letters.Close(stream.LetterId, cancellation);
        }
        else
        {
            // Not the one that was parked just now: somebody may have asked for it anew since.
            await KeepParked([.. parked.Where(stream => stream.Stream != poison.Stream)], cancellation);
        }
        return wakeAt;
    }

    private async Task<(PoisonEvent? Poison, DateTimeOffset? WakeAt)> ReactOrPark(
        string tenant, string orderId, IReadOnlyList<RecordedEvent> events,
        Func<IReadOnlyList<RecordedEvent>, CancellationToken, Task<DateTimeOffset?>> react, CancellationToken cancellation)
    {
        try
        {
            return (null, await react(events, cancellation));
        }
        catch (UnreadableEventException unreadable)
        {
            var poison = await PoisonOf(tenant, orderId, events, unreadable, cancellation);
            await letters.Park(poison, cancellation);
            return (poison, null);
        }
    }

    /// <summary>The event that a person has to look at: in the order's own streams the unreadable one itself.</summary>
    private async Task<PoisonEvent> PoisonOf(
        string tenant, string orderId, IReadOnlyList<RecordedEvent> events, UnreadableEventException unreadable, CancellationToken cancellation)
    {
        foreach (var type in OrderStreams.Types)
        {
            var own = new StreamName(tenant, type, orderId);
            if (own.StreamId == unreadable.StreamId)
            {
                return new PoisonEvent(
                    Consumer, own, unreadable.Version, unreadable.Position, unreadable.EventId, unreadable.Type, unreadable.Cause);
            }
        }
        // A stock item's, which many orders share: this one waits at what it was about to react to.
        var recorded = events.Count > 0 ? events[0] : (await store.ReadStream(new StreamName(tenant, Order.StreamType, orderId), 0, 1, cancellation))[0];
        return PoisonEvent.From(Consumer, recorded, unreadable);
    }

    // What was asked to be replayed and met another unreadable event waits again, until somebody asks anew.
    private async Task KeepParked(List<ParkedStream> parked, CancellationToken cancellation)
    {
        await letters.Refresh(cancellation);
        foreach (var stream in parked.Where(stream => letters.Find(stream.Stream)?.IsReplayRequested == true))
        {
            var recorded = (await store.ReadStream(stream.Stream, stream.Version - 1, 1, cancellation))[0];
            await letters.Park(
                PoisonEvent.From(Consumer, recorded, new InvalidOperationException("Another stream of the order cannot be read.")), cancellation);
        }
    }

    private async Task<IReadOnlyList<RecordedEvent>> ReadAll(string tenant, string orderId, CancellationToken cancellation)
    {
        var all = new List<RecordedEvent>();
        foreach (var type in OrderStreams.Types)
        {
            var stream = new StreamName(tenant, type, orderId);
            IReadOnlyList<RecordedEvent> events;
            for (var after = 0L; (events = await store.ReadStream(stream, after, Batch, cancellation)).Count > 0; after = events[^1].Version)
                all.AddRange(events.Where(recorded => OrderReactions.OrderOf(recorded) == orderId));
        }
        return [.. all.OrderBy(recorded => recorded.Position)];
    }
}
