namespace OrleansOrders.Engine.Webhooks;

/// <summary>Ends the waiting of whoever waits.</summary>
internal sealed class Wake
{
    private TaskCompletionSource next = New();

    /// <summary>Completes at the next <see cref="Set"/>.</summary>
    public Task Next => Volatile.Read(ref next).Task;

    public void Set() => Interlocked.Exchange(ref next, New()).TrySetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
