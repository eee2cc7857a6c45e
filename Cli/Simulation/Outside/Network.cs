namespace OrleansOrders.Cli.Simulation;

/// <summary>
/// Between the processes and everything outside them. Every message takes its own time, so that they overtake one another.
/// What a process has sent arrives although the process has died since; what is sent to it then is lost.
/// </summary>
internal sealed class Network(Scheduler scheduler, Chance chance, Faults faults, SimulatedProcess outside)
{
    /// <summary>Asks something outside. An answer for a dead process never comes.</summary>
    /// <param name="key">Of the message.</param>
    public Task<T> Call<T>(SimulatedProcess caller, ulong key, Func<Task<T>> serve)
    {
        var reply = new TaskCompletionSource<T>();
        if (!caller.IsDead)
            scheduler.After(Latency(key), () => outside.Enter(_ => Serve(caller, key, serve, reply), null));
        return reply.Task;
    }

    /// <summary>How long a message is on its way: mostly a millisecond or two.</summary>
    public TimeSpan Latency(ulong key)
    {
        var number = chance.Of(key);
        var fraction = Chance.Fraction(number);
        return faults.Happens(FaultKind.Delay, key, "a message")
            ? TimeSpan.FromMilliseconds(50 + (long)(fraction * fraction * 12_000))
            : TimeSpan.FromMicroseconds(100 + (long)(fraction * fraction * 4_000));
    }

    private async void Serve<T>(SimulatedProcess caller, ulong key, Func<Task<T>> serve, TaskCompletionSource<T> reply)
    {
        try
        {
            var result = await serve();
            scheduler.After(Latency(key), () => caller.Enter(_ => reply.TrySetResult(result), null));
        }
        catch (Exception failure)
        {
            scheduler.After(Latency(key), () => caller.Enter(_ => reply.TrySetException(failure), null));
        }
    }
}
