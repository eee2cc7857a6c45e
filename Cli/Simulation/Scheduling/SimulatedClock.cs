namespace OrleansOrders.Cli.Simulation;

/// <summary>A process's clock: virtual time, perhaps with a deviation. Its timers die with the process.</summary>
internal sealed class SimulatedClock(SimulatedProcess process, TimeSpan deviation) : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => process.Scheduler.Now + deviation;

    public override long GetTimestamp() => process.Scheduler.Elapsed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(process, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(SimulatedProcess process, TimerCallback callback, object? state) : ITimer
    {
        private int setting;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            setting++;
            if (dueTime >= TimeSpan.Zero)
                Set(setting, dueTime, period);
            return true;
        }

        public void Dispose() => setting++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Set(int mine, TimeSpan due, TimeSpan period) => process.Scheduler.After(due, () =>
        {
            if (mine != setting || process.IsDead)
                return;
            if (period > TimeSpan.Zero)
                Set(mine, period, period);
            process.Enter(_ => callback(state), null);
        });
    }
}
