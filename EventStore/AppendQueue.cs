using System.Threading.Channels;

namespace OrleansOrders.EventStore;

/// <summary>
/// The appends that wait for the writer, and the choice of those that go together: everything that waits, within the
/// limits of a batch, and no two of one stream or one command.
/// </summary>
internal sealed class AppendQueue(EventStoreOptions options, TimeProvider time)
{
    private readonly Channel<PendingAppend> _channel = Channel.CreateBounded<PendingAppend>(
        new BoundedChannelOptions(options.QueueCapacity) { SingleReader = true, AllowSynchronousContinuations = false });

    /// <summary>Taken from the channel, and left for a later batch; in the order of arrival.</summary>
    private readonly List<PendingAppend> _held = [];
    private readonly List<PendingAppend> _candidates = [];
    private readonly HashSet<StreamName> _streams = [];
    private readonly HashSet<(string Tenant, Guid CommandId)> _commands = [];
    private int _events;
    private long _bytes;

    /// <exception cref="StoreUnavailableException">The queue stayed full, or is closed.</exception>
    public async ValueTask Add(PendingAppend pending, CancellationToken cancellation)
    {
        if (_channel.Writer.TryWrite(pending))
            return;
        var started = time.GetTimestamp();
        while (true)
        {
            var left = options.QueueWait - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
                throw new StoreUnavailableException($"{options.QueueCapacity} appends are waiting already; nothing was written.");
            try
            {
                if (!await _channel.Writer.WaitToWriteAsync(cancellation).AsTask().WaitAsync(left, time, cancellation))
                    throw new StoreUnavailableException("The store is closed; nothing was written.");
            }
            catch (TimeoutException)
            {
                continue;
            }
            if (_channel.Writer.TryWrite(pending))
                return;
        }
    }

    /// <summary>No more appends; those that wait are still written.</summary>
    public void Close() => _channel.Writer.TryComplete();

    /// <summary>Fills <paramref name="batch"/> with what waits now, and waits only while there is nothing. False at the end.</summary>
    public async ValueTask<bool> TakeBatch(List<PendingAppend> batch)
    {
        batch.Clear();
        while (batch.Count == 0)
        {
            if (_held.Count == 0 && !await _channel.Reader.WaitToReadAsync())
                return false;
            Choose(batch);
        }
        return true;
    }

    private void Choose(List<PendingAppend> batch)
    {
        _streams.Clear();
        _commands.Clear();
        _events = 0;
        _bytes = 0;
        _candidates.Clear();
        (var candidates, var full) = (_candidates, false);
        candidates.AddRange(_held);
        _held.Clear();
        foreach (var candidate in candidates)
            full = !TryChoose(candidate, batch, full);
        while (!full && _held.Count < options.BatchAppends && _channel.Reader.TryRead(out var next))
        {
            if (next.TryTake())
                full = !TryChoose(next, batch, full);
        }
    }

    /// <summary>False when the batch is full. What does not fit, or must not go together with the rest, is held.</summary>
    private bool TryChoose(PendingAppend pending, List<PendingAppend> batch, bool full)
    {
        full = full || (batch.Count > 0 && (batch.Count >= options.BatchAppends
            || _events + pending.Request.Events.Count > options.BatchEvents
            || _bytes + pending.Bytes > options.BatchBytes));
        if (full || !IsAlone(pending))
        {
            _held.Add(pending);
            return !full;
        }
        batch.Add(pending);
        _events += pending.Request.Events.Count;
        _bytes += pending.Bytes;
        return true;
    }

    private bool IsAlone(PendingAppend pending)
    {
        var stream = pending.Request.Stream;
        if (pending.Request.Receipt is { } receipt && !_commands.Add((stream.Tenant, receipt.CommandId)))
            return false;
        return _streams.Add(stream);
    }
}
