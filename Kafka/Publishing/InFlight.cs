using System.Numerics;

namespace OrleansOrders.Kafka;

/// <summary>
/// The events between the last one that everything before is acknowledged of, and the last one that was read: a window of
/// positions without gaps, bounded in number and bytes. One thread opens positions in order; any thread closes them.
/// </summary>
internal sealed class InFlight
{
    private readonly Lock gate = new();
    private readonly int mostEvents;
    private readonly long mostBytes;
    private readonly int mask;
    private readonly bool[] done;
    private readonly short[] parts;
    private readonly long[] lastOfPart;
    private long read;
    private long finished;
    private long bytes;
    private TaskCompletionSource? moved;

    /// <param name="start">Everything up to here is finished.</param>
    /// <param name="lastOfPart">The last position of each part, as of <paramref name="start"/>.</param>
    public InFlight(long start, int mostEvents, long mostBytes, IReadOnlyList<long> lastOfPart)
    {
        (this.mostEvents, this.mostBytes, this.lastOfPart, read, finished) = (mostEvents, mostBytes, [.. lastOfPart], start, start);
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)mostEvents + 1);
        (mask, done, parts) = (size - 1, new bool[size], new short[size]);
    }

    /// <summary>The last position that was opened.</summary>
    public long Read => Volatile.Read(ref read);

    /// <summary>Everything up to here is closed.</summary>
    public long Finished => Volatile.Read(ref finished);

    public (int Events, long Bytes) Open
    {
        get
        {
            lock (gate)
                return ((int)(read - finished), bytes);
        }
    }

    /// <summary>Waits until one more event of that size fits. A large one fits when nothing else is on its way.</summary>
    public ValueTask WaitForRoom(int size, CancellationToken cancellation)
    {
        lock (gate)
        {
            if (HasRoom(size))
                return ValueTask.CompletedTask;
        }
        return new ValueTask(WaitUntil(() => HasRoom(size), cancellation));
    }

    public Task WaitUntilEmpty(CancellationToken cancellation) => WaitUntil(() => finished == read, cancellation);

    /// <summary>The next position begins its way.</summary>
    public void Begin(long position, int part, int size)
    {
        lock (gate)
        {
            if (position != read + 1)
                throw new InvalidOperationException($"Position {position} cannot follow {read}: the log has no gaps.");
            parts[position & mask] = (short)part;
            bytes += size;
            read = position;
        }
    }

    /// <summary>The position needs nothing any more.</summary>
    public void End(long position, int size)
    {
        TaskCompletionSource? waiting = null;
        lock (gate)
        {
            done[position & mask] = true;
            bytes -= size;
            while (finished < read && done[(finished + 1) & mask])
            {
                finished++;
                done[finished & mask] = false;
                lastOfPart[parts[finished & mask]] = finished;
            }
            // Whoever waits is not woken for every single one.
            if (moved is not null && (read - finished) * 2 <= mostEvents && bytes * 2 <= mostBytes)
                (waiting, moved) = (moved, null);
        }
        waiting?.SetResult();
    }

    /// <summary>How far everything is finished, and the last position of each part as of there.</summary>
    public (long Finished, long[] LastOfPart) Look()
    {
        lock (gate)
            return (finished, [.. lastOfPart]);
    }

    private bool HasRoom(int size) => read == finished || (read - finished < mostEvents && bytes + size <= mostBytes);

    private async Task WaitUntil(Func<bool> condition, CancellationToken cancellation)
    {
        while (true)
        {
            Task waiting;
            lock (gate)
            {
                if (condition())
                    return;
                moved ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                waiting = moved.Task;
            }
            await waiting.WaitAsync(cancellation);
        }
    }
}
