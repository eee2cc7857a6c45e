using OrleansOrders.Domain;
using OrleansOrders.EventStore;

namespace OrleansOrders.ReadModels.Letters;

/// <summary>Whether a stream can be folded by its aggregate's own rules, and from where on not.</summary>
internal sealed class StreamCheck(IEventStore log)
{
    private const int Batch = 500;

    /// <summary>Folds the whole stream as every reader does.</summary>
    /// <returns>Null when it folds; else the first event that does not, and why.</returns>
    public async Task<(RecordedEvent Event, Exception Failure)?> FindUnreadable(StreamName stream, CancellationToken cancellation) =>
        (await Fold(stream, long.MaxValue, cancellation)).Broken;

    /// <summary>Whether the event could be replaced, and by this.</summary>
    /// <returns>Null when it can; else why not.</returns>
    public async Task<(bool IsDamaged, string? Misfit)> Try(
        StreamName stream, long version, string type, ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        var (state, broken) = await Fold(stream, version, cancellation);
        if (broken is null)
            return (false, null);
        if (broken.Value.Event.Version < version || state is null)
            return (true, null); // something before it is unreadable as well, so that nobody can tell
        try
        {
            AggregateFolds.Evolve(state, EventCatalog.Decode(type, data.Span));
            return (true, null);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return (true, Causes.Of(failure));
        }
    }

    /// <summary>The state before the first event that cannot be folded, up to a version.</summary>
    private async Task<(object? State, (RecordedEvent Event, Exception Failure)? Broken)> Fold(
        StreamName stream, long upTo, CancellationToken cancellation)
    {
        var state = AggregateFolds.Initial(stream.Type);
        for (var after = 0L; after < upTo;)
        {
            var events = await log.ReadStream(stream, after, (int)Math.Min(Batch, upTo - after), cancellation);
            foreach (var recorded in events)
            {
                var failure = Evolve(ref state, recorded.Type, recorded.Data);
                if (failure is not null && await FindRepair(recorded, cancellation) is { } repair)
                    failure = Evolve(ref state, repair.Type, repair.Data);
                if (failure is not null)
                    return (state, (recorded, failure));
                after = recorded.Version;
            }
            if (events.Count == 0)
                break;
        }
        return (state, null);
    }

    private static Exception? Evolve(ref object? state, string type, ReadOnlyMemory<byte> data)
    {
        try
        {
            var @event = EventCatalog.Decode(type, data.Span);
            state = state is null ? null : AggregateFolds.Evolve(state, @event);
            return null;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return failure;
        }
    }

    private async Task<EventRepair?> FindRepair(RecordedEvent recorded, CancellationToken cancellation) =>
        (await log.FindRepairs([recorded.EventId], cancellation)).FirstOrDefault(repair => repair.Tenant == recorded.Stream.Tenant);
}
