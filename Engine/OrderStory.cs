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

    public async Task<IReadOnlyList<EventEnvelope>> Read(string tenant, string orderId, CancellationToken cancellation)
    {
        var streams = await Task.WhenAll(OrderStreams.Types.Select(type => ReadAll(new StreamName(tenant, type, orderId), cancellation)));
        var story = streams.SelectMany(events => events).ToList();
        var end = await store.ReadEnd(cancellation);
        foreach (var (from, to) in Stretches([.. story.OrderBy(entry => entry.Position)], end))
            story.AddRange(await SearchStock(tenant, orderId, from, to, cancellation));
        return [.. story.DistinctBy(entry => entry.Position).OrderBy(entry => entry.Position)];
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
