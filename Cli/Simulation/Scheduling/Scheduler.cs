namespace OrleansOrders.Cli.Simulation;

/// <summary>
/// One thread and a virtual time that passes only when there is nothing left to do. What is due at the same moment runs in
/// an order that the seed chooses.
/// </summary>
internal sealed class Scheduler(Chance chance)
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 8, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<Action, (long Due, ulong Order)> queue = new();
    private readonly int thread = Environment.CurrentManagedThreadId;

    /// <summary>Since the beginning.</summary>
    public TimeSpan Elapsed { get; private set; }

    public DateTimeOffset Now => Start + Elapsed;

    /// <summary>What was run.</summary>
    public long Steps { get; private set; }

    /// <exception cref="InvalidOperationException">Some other thread brings the work: such a run could not be repeated.</exception>
    public void After(TimeSpan delay, Action work)
    {
        if (Environment.CurrentManagedThreadId != thread)
            throw new InvalidOperationException("Work came from another thread than the simulation's: it cannot be repeated.");
        queue.Enqueue(work, (Elapsed.Ticks + Math.Max(0, delay.Ticks), chance.Next()));
    }

    /// <summary>Runs what is due first.</summary>
    /// <returns>False when nothing is left, or nothing before <paramref name="until"/>.</returns>
    public bool Step(TimeSpan until)
    {
        if (!queue.TryPeek(out _, out var next) || next.Due > until.Ticks)
            return false;
        var work = queue.Dequeue();
        Elapsed = TimeSpan.FromTicks(next.Due);
        Steps++;
        work();
        return true;
    }

    /// <summary>Lets time pass until then.</summary>
    public void RunUntil(TimeSpan until)
    {
        while (Step(until))
        {
        }
        Elapsed = until > Elapsed ? until : Elapsed;
    }
}
