using OrleansOrders.EventStore;

namespace OrleansOrders.ReadModels;

/// <summary>
/// The log's tail, read and decoded once for all projections that keep up: a window that follows the foremost reader.
/// One that has fallen behind the window reads for itself, and holds nobody up. Far from the log's end, the next batch is
/// read while the last one is being written.
/// </summary>
internal sealed class SharedLog(IEventStore log, ReadModelsOptions options)
{
    private readonly Lock _gate = new();
    private readonly BatchSize _size = new(options);
    private readonly List<LogEntry> _window = [];
    private long _after;
    private long _bytes;
    private Task<bool>? _extending;
    private bool _isBehind;

    private long Last => _after + _window.Count;

    /// <summary>The entries after <paramref name="after"/>, oldest first, at most <paramref name="limit"/>; empty at the log's end.</summary>
    public async Task<ReadOnlyMemory<LogEntry>> Read(long after, int limit, CancellationToken cancellation)
    {
        while (true)
        {
            Task<bool>? extending = null;
            lock (_gate)
            {
                if (after >= _after && after < Last)
                {
                    var copy = Copy(after, limit);
                    if (_isBehind && after + copy.Length == Last)
                        _extending ??= Task.Run(Extend, CancellationToken.None);
                    return copy;
                }
                if (after > Last && _extending is null)
                    Restart(after);
                if (after == Last)
                    extending = _extending ??= Task.Run(Extend, CancellationToken.None);
            }
            if (extending is null)
                return await Fetch(after, Math.Min(limit, _size.Events), cancellation);
            if (!await extending.WaitAsync(cancellation))
                return default;
        }
    }

    /// <summary>Waits for a reading that is under way, so that the log can be closed after it.</summary>
    public async Task Drain()
    {
        Task? extending;
        lock (_gate)
            extending = _extending;
        if (extending is not null)
            await extending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Reads and decodes without the window.</summary>
    public async Task<ReadOnlyMemory<LogEntry>> Fetch(long after, int limit, CancellationToken cancellation)
    {
        var recorded = await log.ReadLog(after, limit, cancellation);
        var entries = new LogEntry[recorded.Count];
        for (var i = 0; i < entries.Length; i++)
            entries[i] = LogEntry.Decode(recorded[i]);
        return entries;
    }

    private async Task<bool> Extend()
    {
        try
        {
            // Nobody restarts the window while it is being extended, so its end stays where it is.
            var asked = _size.Events;
            var entries = await Fetch(Last, asked, CancellationToken.None);
            lock (_gate)
            {
                Add(entries.Span);
                _isBehind = entries.Length == asked;
            }
            return entries.Length > 0;
        }
        finally
        {
            lock (_gate)
                _extending = null;
        }
    }

    private void Add(ReadOnlySpan<LogEntry> entries)
    {
        var bytes = 0L;
        foreach (var entry in entries)
        {
            _window.Add(entry);
            bytes += entry.Bytes;
        }
        _bytes += bytes;
        _size.Adapt(bytes);
        Trim(Math.Max(entries.Length, 1));
    }

    /// <summary>Forgets the oldest entries above the limits, but never what was just added; a quarter at a time, because it moves the rest.</summary>
    private void Trim(int keep)
    {
        if (_window.Count <= options.SharedEvents && _bytes <= options.SharedBytes)
            return;
        var removed = 0;
        while (_window.Count - removed > keep
            && (_window.Count - removed > options.SharedEvents * 3 / 4 || _bytes > options.SharedBytes / 4 * 3))
        {
            _bytes -= _window[removed].Bytes;
            removed++;
        }
        _window.RemoveRange(0, removed);
        _after += removed;
    }

    private void Restart(long after)
    {
        _window.Clear();
        _bytes = 0;
        _after = after;
    }

    private LogEntry[] Copy(long after, int limit)
    {
        var start = (int)(after - _after);
        var copy = new LogEntry[Math.Min(limit, _window.Count - start)];
        _window.CopyTo(start, copy, 0, copy.Length);
        return copy;
    }
}

/// <summary>How many events to read at once, so that a batch of large ones does not hold more memory than one of small ones.</summary>
internal sealed class BatchSize(ReadModelsOptions options)
{
    private const int Least = 16;

    public int Events { get; private set; } = options.BatchEvents;

    public void Adapt(long lastBytes)
    {
        if (lastBytes > options.BatchBytes)
            Events = Math.Max(Math.Min(Least, options.BatchEvents), (int)(Events * (double)options.BatchBytes / lastBytes));
        else if (Events < options.BatchEvents)
            Events = Math.Min(options.BatchEvents, Events * 2);
    }
}
