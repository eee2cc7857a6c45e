using OrleansOrders.EventStore;

namespace OrleansOrders.Cli.Simulation;

/// <summary>
/// One process: where its asynchronous work goes on. When it is killed nothing of it runs any further, not even a
/// <c>finally</c>; what it has sent is on its way all the same.
/// </summary>
internal sealed class SimulatedProcess(Scheduler scheduler, string name) : SynchronizationContext, IOnlyThread
{
    public bool IsDead { get; private set; }

    public Scheduler Scheduler => scheduler;

    public override string ToString() => name;

    public void Kill() => IsDead = true;

    public override void Post(SendOrPostCallback d, object? state) => scheduler.After(TimeSpan.Zero, () => Enter(d, state));

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("There is one thread: nothing can wait for another.");

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs this inside the process, now.</summary>
    public void Enter(SendOrPostCallback work, object? state)
    {
        if (IsDead)
            return;
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            work(state);
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    public Task Start(Func<Task> work)
    {
        var ended = new TaskCompletionSource();
        Post(_ => Forward(work, ended), null);
        return ended.Task;
    }

    private static async void Forward(Func<Task> work, TaskCompletionSource ended)
    {
        try
        {
            await work();
            ended.SetResult();
        }
        catch (Exception failure)
        {
            ended.SetException(failure);
        }
    }
}
