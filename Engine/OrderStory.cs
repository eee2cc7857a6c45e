using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;

namespace OrleansOrders.Engine;

/// <summary>
/// Everything that happened to one order. Its own streams are read by name; its traces in the stock streams, which it
/// shares with every other order, are looked for only between the positions where they can be.
/// </summary>
internal sealed class OrderStory(IEventStore store)
{
    private const int Batch = 1_000;

    /// <summary>A longer stretch of log is not searched for stock events; it takes a stalled saga to get there.</summary>
    private const long LongestSearch = 200_000;

    /// <summary>Who asks for what came after an event asks soon after it; what is further behind is taken from the streams.</summary>
    private const long LongestTail = 20_000;

    /// <param name="after">Only what comes after this position.</param>
    public async Task<IReadOnlyList<EventEnvelope>> Read(string tenant, string orderId, long after, CancellationToken cancellation)
    {
        // First, so that what is told has no gap: the streams are not read all at the same moment.
        var end = await store.ReadEnd(cancellation);
        if (after > 0 && end - after <= LongestTail)
            return await ReadTail(tenant, orderId, after, end, cancellation);
        var story = await ReadWhole(tenant, orderId, end, cancellation);
        return after == 0 ? story : [.. story.Where(entry => entry.Position > after)];
    }

    private async Task<IReadOnlyList<EventEnvelope>> ReadWhole(string tenant, string orderId, long end, CancellationToken cancellation)
    {
        var streams = await Task.WhenAll(OrderStreams.Types.Select(type => ReadAll(new StreamName(tenant, type, orderId), cancellation)));
        var story = streams.SelectMany(events => events).ToList();
        foreach (var (from, to) in Stretches([.. story.OrderBy(entry => entry.Position)], end))
            story.AddRange(await SearchStock(tenant, orderId, from, to, cancellation));
        return [.. story.Where(entry => entry.Position <= end).DistinctBy(entry => entry.Position).OrderBy(entry => entry.Position)];
    }

    /// <summary>Where stock moves for the order: during its reservation, its release and its shipping, and after a return.</summary>
    private static IEnumerable<(long From, long To)> Stretches(IReadOnlyList<EventEnvelope> story, long end)
    {
        for (var i = 0; i < story.Count; i++)
        {
            Func<DomainEvent, bool>? closes = story[i].Event switch
            {
                StepStarted { Step: FulfilmentStep.ReserveStock } => later => later is StepCompleted or StepFailed or CompensationStarted,
                CompensationStarted { First: CompensationStep.ReleaseStock } => later => IsReleased(later),
                CompensationStepCompleted { Step: CompensationStep.ReturnMoney } => later => IsReleased(later),
                OrderShipped => later => later is ShipmentDispatched,
                ItemReturned => later => later is PaymentRefunded or RefundFailed,
                _ => null,
            };
            if (closes is null)
                continue;
            var closed = story.Skip(i + 1).FirstOrDefault(later => closes(later.Event))?.Position ?? end;
            yield return (story[i].Position, Math.Min(closed, story[i].Position + LongestSearch));
        }
    }

    private static bool IsReleased(DomainEvent later) =>
        later is CompensationStepCompleted { Step: CompensationStep.ReleaseStock } or FulfilmentParked;

    private async Task<List<EventEnvelope>> ReadAll(StreamName name, CancellationToken cancellation)
    {
        var all = new List<EventEnvelope>();
        var state = AggregateFolds.Initial(name.Type)!;
        while (true)
        {
            var batch = await store.ReadStream(name, all.Count, Batch, cancellation);
            foreach (var recorded in batch)
            {
                // Folded as well: an event that can be decoded may still be one that was repaired.
                (state, var taken) = await Take(state, recorded, cancellation);
                all.Add(taken);
            }
            if (batch.Count < Batch)
                return all;
        }
    }

    private async Task<(object State, EventEnvelope Taken)> Take(object state, RecordedEvent recorded, CancellationToken cancellation)
    {
        try
        {
            var stored = EventCodec.Open(recorded);
            return (AggregateFolds.Evolve(state, stored.Event), stored);
        }
        catch (Exception failure) when (EventRepairs.IsOfEvent(failure))
        {
            var repaired = await EventRepairs.OpenRepaired(store, recorded, failure, cancellation);
            return (AggregateFolds.Evolve(state, repaired.Event), repaired);
        }
    }

    /// <summary>What the order has at the log's end, without a look at what came before.</summary>
    private async Task<List<EventEnvelope>> ReadTail(string tenant, string orderId, long after, long end, CancellationToken cancellation)
    {
        var found = new List<EventEnvelope>();
        while (after < end)
        {
            var batch = await store.ReadLog(after, (int)Math.Min(Batch, end - after), cancellation);
            after = batch[^1].Position;
            var own = batch.Where(recorded => IsOwn(recorded.Stream, tenant, orderId)).Select(recorded => recorded.EventId).ToList();
            // Without the state before it nobody can tell whether an event that can be decoded was damaged; a repair tells.
            var repaired = own.Count == 0 ? [] : (await store.FindRepairs(own, cancellation)).Select(repair => repair.EventId).ToHashSet();
            foreach (var recorded in batch.Where(recorded => recorded.Stream.Tenant == tenant))
            {
                if (repaired.Contains(recorded.EventId))
                    found.Add(await EventRepairs.OpenRepaired(store, recorded, new InvalidOperationException("It was repaired."), cancellation));
                else if (IsOwn(recorded.Stream, tenant, orderId))
                    found.Add(await EventRepairs.Open(store, recorded, cancellation));
                else if (recorded.Stream.Type == Stock.StreamType && await OpenOrSkip(recorded, cancellation) is { } entry && Concerns(entry, orderId))
                    found.Add(entry);
            }
        }
        return found;
    }

    private static bool IsOwn(StreamName stream, string tenant, string orderId) =>
        stream.Tenant == tenant && stream.Id == orderId && OrderStreams.Types.Contains(stream.Type);

    private async Task<IEnumerable<EventEnvelope>> SearchStock(
        string tenant, string orderId, long from, long to, CancellationToken cancellation)
    {
        var found = new List<EventEnvelope>();
        while (from < to)
        {
            var batch = await store.ReadLog(from, (int)Math.Min(Batch, to - from), cancellation);
            if (batch.Count == 0)
                break;
            from = batch[^1].Position;
            foreach (var recorded in batch.Where(recorded => recorded.Stream.Tenant == tenant && recorded.Stream.Type == Stock.StreamType))
            {
                if (await OpenOrSkip(recorded, cancellation) is { } entry && Concerns(entry, orderId))
                    found.Add(entry);
            }
        }
        return found;
    }

    // What nobody can read may be about any order; it must not take every order's story away.
    private async Task<EventEnvelope?> OpenOrSkip(RecordedEvent recorded, CancellationToken cancellation)
    {
        try
        {
            return await EventRepairs.Open(store, recorded, cancellation);
        }
        catch (UnreadableEventException)
        {
            return null;
        }
    }

    private static bool Concerns(EventEnvelope entry, string orderId) => entry.Event switch
    {
        StockReserved e => e.OrderId == orderId,
        ReservationReleased e => e.OrderId == orderId,
        StockShipped e => e.OrderId == orderId,
        StockAdjusted e => e.Reference.StartsWith($"{orderId}/", StringComparison.Ordinal),
        _ => false,
    };
}
