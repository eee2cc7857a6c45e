using System.Threading.Channels;

namespace OrleansOrders.EventStore;

/// <summary>
/// The appends that wait for the writer, and the choice of those that go together: everything that waits, within the
/// limits of a batch, and no two of one stream or one command, be it in the batch or still on its way.
/// </summary>
internal sealed class AppendQueue(EventStoreOptions options, TimeProvider time)
{
    /// <summary>
    /// Events that are worth a commit of their own: the fixed cost of one is by then small beside theirs, and a batch that went
    /// earlier would only be a smaller one.
    /// </summary>
    private const int Many = 500;

    private readonly Channel<PendingAppend> _channel = Channel.CreateBounded<PendingAppend>(
        new BoundedChannelOptions(options.QueueCapacity) { SingleReader = true, AllowSynchronousContinuations = false });

    /// <summary>Taken from the channel, and left for a later batch; in the order of arrival.</summary>
    private readonly List<PendingAppend> _held = [];
    private readonly List<PendingAppend> _candidates = [];
    private readonly HashSet<StreamName> _streams = [];
    private readonly HashSet<(string Tenant, Guid CommandId)> _commands = [];
    private TaskCompletionSource? _manyWait;
    private int _eventsWaiting;
    private int _events;
    private long _bytes;

    /// <exception cref="StoreUnavailableException">The queue stayed full, or is closed.</exception>
    public async ValueTask Add(PendingAppend pending, CancellationToken cancellation)
    {
        if (TryAdd(pending))
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
            if (TryAdd(pending))
                return;
        }
    }

    /// <summary>No more appends; those that wait are still written.</summary>
    public void Close() => _channel.Writer.TryComplete();

    /// <summary>Returns when something waits. False when nothing does and nothing more will come.</summary>
    public async ValueTask<bool> WaitForAny() => _held.Count > 0 || await _channel.Reader.WaitToReadAsync();

    /// <summary>Returns when so much waits that it is worth a batch of its own, or when <paramref name="instead"/> has ended.</summary>
    public async Task WaitForMany(Task instead)
    {
        var manyWait = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref _manyWait, manyWait);
        if (Volatile.Read(ref _eventsWaiting) < Many)
            await Task.WhenAny(manyWait.Task, instead);
    }

    /// <summary>Fills <paramref name="batch"/> with what waits now. Its streams and commands are taken until it is released.</summary>
    public void Choose(List<PendingAppend> batch)
    {
        batch.Clear();
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
            Interlocked.Add(ref _eventsWaiting, -next.Request.Events.Count);
            if (next.TryTake())
                full = !TryChoose(next, batch, full);
        }
    }

    /// <summary>The batch has its answers; others may have its streams and commands. Empties it.</summary>
    public void Release(List<PendingAppend> batch)
    {
        foreach (var pending in batch)
        {
            _streams.Remove(pending.Request.Stream);
            if (CommandOf(pending) is { } command)
                _commands.Remove(command);
        }
        batch.Clear();
    }

    private bool TryAdd(PendingAppend pending)
    {
        if (!_channel.Writer.TryWrite(pending))
            return false;
        if (Interlocked.Add(ref _eventsWaiting, pending.Request.Events.Count) >= Many)
            Volatile.Read(ref _manyWait)?.TrySetResult();
        return true;
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
        var command = CommandOf(pending);
        if (_streams.Contains(pending.Request.Stream) || (command is { } taken && _commands.Contains(taken)))
            return false;
        _streams.Add(pending.Request.Stream);
        if (command is { } mine)
            _commands.Add(mine);
        return true;
    }

    private static (string Tenant, Guid CommandId)? CommandOf(PendingAppend pending) =>
        pending.Request.Receipt is { } receipt ? (pending.Request.Stream.Tenant, receipt.CommandId) : null;
}
