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
    private static readonly Folded<TState> Nothing = new(TAggregate.Initial, StreamHead.None);

    private static readonly string Schema = StateCatalog.SchemaOf<TState>();

    /// <summary>The stream's newest state. Short streams cost one read; only a long one is worth asking for a snapshot.</summary>
    public async Task<Folded<TState>> LoadLatest(StreamName name, CancellationToken cancellation)
    {
        var first = await store.ReadStream(name, 0, options.SnapshotEvery, cancellation);
        if (first.Count < options.SnapshotEvery)
            return await Fold(Nothing, first, cancellation);
        var start = await FromSnapshot(name, long.MaxValue, cancellation) ?? await Fold(Nothing, first, cancellation);
        return await FoldOnward(name, start, PointInTime.Latest, cancellation);
    }

    /// <summary>The events that are not in <paramref name="known"/> yet, folded onto it.</summary>
    public Task<Folded<TState>> CatchUp(StreamName name, Folded<TState> known, CancellationToken cancellation) =>
        FoldOnward(name, known, PointInTime.Latest, cancellation);

    /// <summary>A state of the past.</summary>
    public async Task<Folded<TState>> LoadPast(StreamName name, PointInTime point, CancellationToken cancellation)
    {
        var start = point.Version is { } version ? await FromSnapshot(name, version, cancellation) : null;
        return await FoldOnward(name, start ?? Nothing, point, cancellation);
    }

    /// <exception cref="UnreadableEventException">An event cannot be decoded or folded, and no repair of it can.</exception>
    private async ValueTask<Folded<TState>> Fold(
        Folded<TState> start, IReadOnlyList<RecordedEvent> events, CancellationToken cancellation)
    {
        if (events.Count == 0)
            return start;
        var state = start.State;
        foreach (var recorded in events)
        {
            var before = state;
            try
            {
                state = TAggregate.Evolve(before, EventCodec.Decode(recorded));
            }
            catch (Exception failure) when (EventRepairs.IsOfEvent(failure))
            {
                state = await EvolveRepaired(before, recorded, failure, cancellation);
            }
        }
        var last = events[^1];
        return new Folded<TState>(state, new StreamHead(last.Version, last.Position, last.Hash));
    }

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

    private async Task<Folded<TState>> FoldOnward(
        StreamName name, Folded<TState> folded, PointInTime point, CancellationToken cancellation)
    {
        while (true)
        {
            var wanted = point.Version is { } version
                ? (int)Math.Min(options.ReadBatch, version - folded.Head.Version)
                : options.ReadBatch;
            if (wanted <= 0)
                return folded;
            var events = await store.ReadStream(name, folded.Head.Version, wanted, cancellation);
            var taken = point.Time is { } time ? [.. events.TakeWhile(recorded => recorded.OccurredAt <= time)] : events;
            folded = await Fold(folded, taken, cancellation);
            if (taken.Count < wanted)
                return folded;
        }
    }
}
