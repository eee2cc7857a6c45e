namespace OrleansOrders.Cli.Load;

/// <summary>Counts what is under way, up to a limit, and tells when the last of it has ended.</summary>
internal sealed class InFlight(int most)
{
    private readonly TaskCompletionSource none = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // One more than are under way, for whoever still lets others in.
    private int count = 1;

    /// <returns>False when there are too many already.</returns>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref count) <= most + 1)
            return true;
        Leave();
        return false;
    }

    public void Leave()
    {
        if (Interlocked.Decrement(ref count) == 0)
            none.TrySetResult();
    }

    /// <summary>To be called once, when nobody enters any more.</summary>
    /// <returns>Ends when the last has left.</returns>
    public Task Close()
    {
        Leave();
        return none.Task;
    }
}
