using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;

namespace OrleansOrders.Engine;

/// <summary>Folds streams: from the beginning, from a snapshot, up to a version or a moment.</summary>
internal sealed class StreamLoader<TState, TCommand, TAggregate>(IEventStore store, EngineOptions options)
    where TState : class
    where TCommand : Command
    where TAggregate : IAggregate<TState, TCommand>
{
    /// <summary>A stream before its first event.</summary>
    public static readonly Folded<TState> Nothing = new(TAggregate.Initial, StreamHead.None);

    private static readonly string Schema = StateCatalog.SchemaOf<TState>();

    /// <summary>The stream's newest state. Short streams cost one read; only a long one is worth asking for a snapshot.</summary>
    public async Task<Folded<TState>> LoadLatest(StreamName name, CancellationToken cancellation)
    {
        var first = await FoldPage(name, Nothing, options.SnapshotEvery, cancellation);
        if (first.Head.Version < options.SnapshotEvery)
            return first;
        return await FoldToEnd(name, await FromSnapshot(name, long.MaxValue, cancellation) ?? first, long.MaxValue, cancellation);
    }

    /// <summary>The events that are not in <paramref name="known"/> yet, folded onto it.</summary>
    public Task<Folded<TState>> CatchUp(StreamName name, Folded<TState> known, CancellationToken cancellation) =>
        FoldToEnd(name, known, long.MaxValue, cancellation);

    /// <summary>A state of the past.</summary>
    public async Task<Folded<TState>> LoadPast(StreamName name, PointInTime point, CancellationToken cancellation)
    {
        if (point.Time is { } time)
            return await FoldUntil(name, time, point.Version ?? long.MaxValue, cancellation);
        var version = point.Version ?? long.MaxValue;
        return await FoldToEnd(name, await FromSnapshot(name, version, cancellation) ?? Nothing, version, cancellation);
    }

    private async Task<Folded<TState>> FoldToEnd(StreamName name, Folded<TState> folded, long version, CancellationToken cancellation)
    {
        while (true)
        {
            var wanted = (int)Math.Min(options.ReadBatch, version - folded.Head.Version);
            if (wanted <= 0)
                return folded;
            var before = folded.Head.Version;
            folded = await FoldPage(name, folded, wanted, cancellation);
            if (folded.Head.Version - before < wanted)
                return folded;
        }
    }

    /// <summary>Folds at most so many events, while the later ones of them are still being read.</summary>
    /// <exception cref="UnreadableEventException">An event cannot be decoded or folded, and no repair of it can.</exception>
    private async Task<Folded<TState>> FoldPage(StreamName name, Folded<TState> start, int limit, CancellationToken cancellation)
    {
        for (var (folded, left) = (start, limit); ;)
        {
            var state = folded.State;
            Exception? failure = null;
            var (taken, head) = await store.FoldStream(name, folded.Head.Version, left, stored =>
            {
                try
                {
                    state = TAggregate.Evolve(state, EventCodec.Decode(stored.Type, stored.Data, stored.EventId));
                    return true;
                }
                catch (Exception unreadable) when (EventRepairs.IsOfEvent(unreadable))
                {
                    failure = unreadable;
                    return false;
                }
            }, cancellation);
            if (taken > 0)
                folded = new Folded<TState>(state, head);
            if (failure is null)
                return folded;
            folded = await FoldRepaired(name, folded, failure, cancellation);
            left -= taken + 1;
            if (left == 0)
                return folded;
        }
    }

    /// <summary>Folds the one event that failed, as it was repaired.</summary>
    private async Task<Folded<TState>> FoldRepaired(
        StreamName name, Folded<TState> folded, Exception failure, CancellationToken cancellation)
    {
        var recorded = (await store.ReadStream(name, folded.Head.Version, 1, cancellation))[0];
        return After(await EvolveRepaired(folded.State, recorded, failure, cancellation), recorded);
    }

    /// <summary>Folds what had happened by then. Where in the stream that was is known only from the events.</summary>
    private async Task<Folded<TState>> FoldUntil(StreamName name, DateTimeOffset time, long version, CancellationToken cancellation)
    {
        for (var folded = Nothing; ;)
        {
            var wanted = (int)Math.Min(options.ReadBatch, version - folded.Head.Version);
            var events = wanted > 0 ? await store.ReadStream(name, folded.Head.Version, wanted, cancellation) : [];
            foreach (var recorded in events)
            {
                if (recorded.OccurredAt > time)
                    return folded;
                folded = await Fold(folded, recorded, cancellation);
            }
            if (events.Count < wanted || wanted <= 0)
                return folded;
        }
    }

    private async ValueTask<Folded<TState>> Fold(Folded<TState> folded, RecordedEvent recorded, CancellationToken cancellation)
    {
        try
        {
            return After(TAggregate.Evolve(folded.State, EventCodec.Decode(recorded)), recorded);
        }
        catch (Exception failure) when (EventRepairs.IsOfEvent(failure))
        {
            return After(await EvolveRepaired(folded.State, recorded, failure, cancellation), recorded);
        }
    }

    private static Folded<TState> After(TState state, RecordedEvent last) =>
        new(state, new StreamHead(last.Version, last.Position, last.Hash));

    private async Task<TState> EvolveRepaired(
        TState state, RecordedEvent recorded, Exception failure, CancellationToken cancellation)
    {
        var repaired = await EventRepairs.OpenRepaired(store, recorded, failure, cancellation);
        try
        {
            return TAggregate.Evolve(state, repaired.Event);
        }
        catch (Exception broken) when (EventRepairs.IsOfEvent(broken))
        {
            throw EventRepairs.Unreadable(recorded, broken);
        }
    }

    private async Task<Folded<TState>?> FromSnapshot(StreamName name, long upTo, CancellationToken cancellation)
    {
        var snapshot = await store.ReadSnapshot(name, Schema, cancellation);
        return snapshot is null || snapshot.Head.Version > upTo
            ? null
            : new Folded<TState>(StateCatalog.Decode<TState>(snapshot.State.Span), snapshot.Head);
    }
}
