using OrleansOrders.EventStore;

namespace OrleansOrders.ReadModels;

/// <summary>
/// The log's tail, read and decoded once for all projections that keep up: a window that follows the foremost reader. Far
/// from the log's end, the next batches are read while the last one is being written, and the foremost waits a little for those
/// who would fall out of the window. One that has fallen out reads for itself, and holds nobody up.
/// </summary>
internal sealed class SharedLog(IEventStore log, ReadModelsOptions options, TimeProvider time)
{
    /// <summary>Longer than a batch takes; one that fails and starts over costs the others this much once.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly BatchSize _size = new(options);
    private readonly List<LogEntry> _window = [];
    private readonly List<Reader> _readers = [];
    private TaskCompletionSource _moved = NewSignal();
    private long _after;
    private long _bytes;
    private Task<bool>? _extending;
    private (long After, int Limit, Task<IReadOnlyList<RecordedEvent>> Events)? _ahead;
    private bool _isBehind;

    private long Last => _after + _window.Count;

    /// <summary>One more that reads. Each is to read from one place at a time.</summary>
    public Reader Join()
    {
        var reader = new Reader(this);
        lock (_gate)
            _readers.Add(reader);
        return reader;
    }

    /// <summary>A projection's place in the log.</summary>
    public sealed class Reader(SharedLog shared)
    {
        /// <summary>Everything up to here it has; -1 while it does not read.</summary>
        public long After { get; internal set; } = -1;

        /// <summary>The entries after <paramref name="after"/>, oldest first, at most <paramref name="limit"/>; empty at the log's end.</summary>
        public Task<ReadOnlyMemory<LogEntry>> Read(long after, int limit, CancellationToken cancellation) =>
            shared.Read(this, after, limit, cancellation);

        /// <summary>Nobody is to wait for it until it reads again.</summary>
        public void Pause() => shared.Move(this, -1);
    }

    private async Task<ReadOnlyMemory<LogEntry>> Read(Reader reader, long after, int limit, CancellationToken cancellation)
    {
        Move(reader, after);
        for (var waited = false; ;)
        {
            Task<bool>? extending = null;
            Task? others = null;
            lock (_gate)
            {
                if (after >= _after && after < Last)
                {
                    var copy = Copy(after, limit);
                    if (_isBehind && after + copy.Length == Last && !WouldLoseReaders())
                        _extending ??= Task.Run(Extend, CancellationToken.None);
                    return copy;
                }
                if (after > Last && _extending is null)
                    Restart(after);
                if (after == Last && _extending is null && !waited && WouldLoseReaders())
                    others = _moved.Task;
                else if (after == Last)
                    extending = _extending ??= Task.Run(Extend, CancellationToken.None);
            }
            if (others is not null)
                waited = await Task.WhenAny(others, Task.Delay(Patience, time, cancellation)) != others;
            else if (extending is null)
                return await Fetch(after, Math.Min(limit, _size.Events), cancellation);
            else if (!await extending.WaitAsync(cancellation))
                return default;
        }
    }

    private void Move(Reader reader, long after)
    {
        lock (_gate)
        {
            reader.After = after;
            _moved.TrySetResult();
            _moved = NewSignal();
        }
    }

    /// <summary>Whether one more batch would push somebody out of the window who is still in it.</summary>
    private bool WouldLoseReaders()
    {
        var added = Last + _size.Events;
        return added - _after > options.SharedEvents
            && _readers.Exists(reader => reader.After >= _after && reader.After < added - Kept);
    }

    private int Kept => options.SharedEvents * 3 / 4;

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits for readings that are under way, so that the log can be closed after them.</summary>
    public async Task Drain()
    {
        Task? extending;
        lock (_gate)
            extending = _extending;
        if (extending is not null)
            await extending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_ahead is { } ahead)
            await ((Task)ahead.Events).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Reads and decodes without the window.</summary>
    public async Task<ReadOnlyMemory<LogEntry>> Fetch(long after, int limit, CancellationToken cancellation) =>
        Decode(await log.ReadLog(after, limit, cancellation));

    private static LogEntry[] Decode(IReadOnlyList<RecordedEvent> recorded)
    {
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
            var (asked, reading) = TakeAhead(Last) ?? (_size.Events, log.ReadLog(Last, _size.Events, CancellationToken.None));
            var recorded = await reading;
            var isBehind = recorded.Count == asked;
            // The database is asked for more while these are decoded.
            if (isBehind)
                _ahead = (recorded[^1].Position, _size.Events, log.ReadLog(recorded[^1].Position, _size.Events, CancellationToken.None));
            var entries = Decode(recorded);
            lock (_gate)
            {
                Add(entries);
                _isBehind = isBehind;
            }
            return entries.Length > 0;
        }
        finally
        {
            lock (_gate)
                _extending = null;
        }
    }

    /// <summary>What was asked for ahead, when it is what follows; the window may have been started anew meanwhile.</summary>
    private (int Limit, Task<IReadOnlyList<RecordedEvent>> Events)? TakeAhead(long after)
    {
        var ahead = _ahead;
        _ahead = null;
        return ahead is { } found && found.After == after ? (found.Limit, found.Events) : null;
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
            && (_window.Count - removed > Kept || _bytes > options.SharedBytes / 4 * 3))
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
