namespace OrleansOrders.Engine.Reactions;

/// <summary>How far everything is finished, while later things may be finished already.</summary>
internal sealed class Watermark(long start)
{
    private readonly SortedSet<long> open = [];
    private readonly Lock gate = new();
    private TaskCompletionSource moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long read = start;

    /// <summary>Everything up to here is finished.</summary>
    public long Finished
    {
        get
        {
            lock (gate)
                return open.Count == 0 ? read : open.Min - 1;
        }
    }

    public void Open(long position)
    {
        lock (gate)
            open.Add(position);
    }

    /// <summary>Everything up to <paramref name="position"/> was read; what was opened is still to be closed.</summary>
    public void Read(long position)
    {
        lock (gate)
            read = position;
    }

    public void Close(IEnumerable<long> positions)
    {
        TaskCompletionSource waiting;
        lock (gate)
        {
            foreach (var position in positions)
                open.Remove(position);
            waiting = moved;
            moved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        waiting.SetResult();
    }

    /// <summary>Waits while more than <paramref name="window"/> positions lie between what is finished and what was read.</summary>
    public async Task WaitWithin(int window, CancellationToken cancellation)
    {
        while (true)
        {
            Task waiting;
            lock (gate)
            {
                if (open.Count == 0 || read - open.Min < window)
                    return;
                waiting = moved.Task;
            }
            await waiting.WaitAsync(cancellation);
        }
    }
}
