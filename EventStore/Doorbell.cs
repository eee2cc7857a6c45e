namespace OrleansOrders.EventStore;

/// <summary>Wakes those who wait for the log to grow. It only ever says "look again"; what was committed is read from the log.</summary>
internal sealed class Doorbell(TimeProvider time)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _rung = NewBell();
    private long _end;

    /// <summary>The furthest end that was ever announced here.</summary>
    public long End => Volatile.Read(ref _end);

    /// <summary>Announces that the log reaches <paramref name="end"/>.</summary>
    public void Ring(long end)
    {
        TaskCompletionSource rung;
        lock (_gate)
        {
            if (end <= _end)
                return;
            _end = end;
            rung = _rung;
            _rung = NewBell();
        }
        rung.SetResult();
    }

    /// <summary>Returns when an end beyond <paramref name="position"/> has been announced, or after <paramref name="limit"/>.</summary>
    public async Task<bool> WaitBeyond(long position, TimeSpan limit, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            Task rung;
            lock (_gate)
            {
                if (_end > position)
                    return true;
                rung = _rung.Task;
            }
            var left = limit - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
                return false;
            try
            {
                await rung.WaitAsync(left, time, cancellation);
            }
            catch (TimeoutException)
            {
                return End > position;
            }
        }
    }

    private static TaskCompletionSource NewBell() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
