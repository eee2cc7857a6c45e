namespace OrleansOrders.EventStore;

/// <summary>
/// One consumer's parked streams, remembered. <see cref="Refresh"/> before each batch costs a look at one row, and sees
/// what other processes have parked and replayed by then; <see cref="IsParked"/> costs a look into a table in memory.
/// </summary>
/// <remarks>
/// A consumer that may share its work with another process must not rely on the memory alone: it moves its position under
/// a fence that the other one changes, or what it does is idempotent. Safe for several threads.
/// </remarks>
public sealed class ParkedStreams(DeadLetters letters, string consumer)
{
    private readonly Lock _gate = new();
    private Dictionary<StreamName, ParkedStream> _streams = [];
    private long _revision;

    public string Consumer => consumer;

    public int Count
    {
        get
        {
            lock (_gate)
                return _streams.Count;
        }
    }

    /// <summary>Those that somebody asked to try again.</summary>
    public IReadOnlyList<ParkedStream> ReplayRequests
    {
        get
        {
            lock (_gate)
                return [.. _streams.Values.Where(stream => stream.IsReplayRequested)];
        }
    }

    /// <summary>Looks whether anything has changed, and reads it if so.</summary>
    /// <returns>Whether it had.</returns>
    public async Task<bool> Refresh(CancellationToken cancellation)
    {
        long known;
        lock (_gate)
            known = _revision;
        if (await letters.ReadParked(consumer, known, cancellation) is not var (revision, streams))
            return false;
        lock (_gate)
        {
            // Of two that look at the same time the later reading stays.
            if (revision < _revision)
                return false;
            _streams = streams.ToDictionary(stream => stream.Stream);
            _revision = revision;
        }
        return true;
    }

    /// <summary>Whether the event waits: its stream is parked from this version or an earlier one.</summary>
    public bool IsParked(StreamName stream, long version) => Find(stream) is { } parked && parked.Version <= version;

    public ParkedStream? Find(StreamName stream)
    {
        lock (_gate)
            return _streams.GetValueOrDefault(stream);
    }
}
