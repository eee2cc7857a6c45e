using Orleans.EventSourcing;
using OrleansOrders.EventStore;

namespace OrleansOrders.Grains.LogConsistency;

/// <summary>A stream's view, and the head that it stands for. Not safe against itself: the adaptor takes turns on it.</summary>
internal sealed class FoldedStream<TView, TEntry>(
    ILogViewAdaptorHost<TView, TEntry> host, TView initial, StreamName stream, JournalRuntime runtime)
    where TView : class, new()
    where TEntry : class
{
    public TView View { get; private set; } = initial;

    public StreamHead Head { get; private set; } = StreamHead.None;

    /// <summary>From the beginning. Short streams cost one read; only a long one is worth asking for a snapshot.</summary>
    /// <exception cref="UnfoldableException">An event cannot be read or applied.</exception>
    public async Task Load()
    {
        var (every, start) = (runtime.Options.SnapshotEvery, 0L);
        (View, Head) = (new TView(), StreamHead.None);
        var first = await runtime.Store.ReadStream(stream, 0, every, CancellationToken.None);
        if (first.Count < every)
        {
            await Fold(first);
        }
        else
        {
            if (await FindSnapshot() is { } snapshot)
                start = Restore(snapshot);
            else
                await Fold(first);
            await CatchUp();
        }
        JournalTelemetry.Load(stream, Head.Version - start, start > 0);
    }

    /// <returns>Whether there was anything new.</returns>
    /// <exception cref="UnfoldableException">An event cannot be read or applied.</exception>
    public async Task<bool> CatchUp()
    {
        var before = Head.Version;
        while (true)
        {
            var events = await runtime.Store.ReadStream(stream, Head.Version, runtime.Options.ReadBatch, CancellationToken.None);
            await Fold(events);
            if (events.Count < runtime.Options.ReadBatch)
                return Head.Version > before;
        }
    }

    /// <summary>Folds what was just written.</summary>
    /// <exception cref="UnfoldableException">An entry cannot be applied, although it is in the log now.</exception>
    public void Advance(IReadOnlyList<TEntry> entries, StreamHead after)
    {
        foreach (var entry in entries)
            Apply(entry);
        Stand(after);
    }

    private async Task<Snapshot?> FindSnapshot() => runtime.Format.SchemaOf(typeof(TView)) is { } schema
        ? await runtime.Store.ReadSnapshot(stream, schema, CancellationToken.None)
        : null;

    private long Restore(Snapshot snapshot)
    {
        View = (TView)runtime.Format.DecodeView(typeof(TView), snapshot.State);
        Stand(snapshot.Head);
        return snapshot.Head.Version;
    }

    private async Task Fold(IReadOnlyList<RecordedEvent> events)
    {
        foreach (var recorded in events)
        {
            try
            {
                Take(recorded);
            }
            catch (Exception failure)
            {
                await TakeRepaired(recorded, failure);
            }
            Stand(new StreamHead(recorded.Version, recorded.Position, recorded.Hash));
        }
    }

    private void Take(RecordedEvent recorded) => host.UpdateView(View, (TEntry)runtime.Format.Decode(recorded));

    /// <summary>The event failed as it stands: where it was repaired, the repair is taken in its place.</summary>
    private async Task TakeRepaired(RecordedEvent recorded, Exception failure)
    {
        var repairs = await runtime.Store.FindRepairs([recorded.EventId], CancellationToken.None);
        if (repairs.FirstOrDefault(one => one.Tenant == stream.Tenant) is not { } repair)
            throw new UnfoldableException(recorded, failure);
        try
        {
            Take(recorded with { Type = repair.Type, Data = repair.Data });
        }
        catch (Exception broken)
        {
            throw new UnfoldableException(recorded, broken);
        }
    }

    private void Apply(TEntry entry)
    {
        try
        {
            host.UpdateView(View, entry);
        }
        catch (Exception failure)
        {
            throw new UnfoldableException($"{entry.GetType().Name} after version {Head.Version} cannot be applied", failure);
        }
    }

    private void Stand(StreamHead at)
    {
        Head = at;
        if (View is IJournalView aware)
            aware.Head = at;
    }
}

/// <summary>The log is damaged at this stream, or the code is older than it. Not a fault that a repeat could mend.</summary>
public sealed class UnfoldableException : Exception
{
    internal UnfoldableException(string what, Exception cause)
        : base($"{what}: {cause.Message}", cause)
    {
    }

    internal UnfoldableException(RecordedEvent recorded, Exception cause)
        : this($"{recorded.Type} at version {recorded.Version} cannot be read or applied", cause) => Event = recorded;

    /// <summary>The event that cannot be taken; null when it is one that was just decided.</summary>
    public RecordedEvent? Event { get; }
}
