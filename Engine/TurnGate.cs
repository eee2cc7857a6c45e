namespace OrleansOrders.Engine;

/// <summary>
/// Lets one in at a time, in the order of asking. Whoever had to wait goes on in the context that it asked from, which a
/// semaphore that can be cancelled does not see to.
/// </summary>
internal sealed class TurnGate
{
    private readonly Queue<TaskCompletionSource> waiting = new();
    private readonly Lock gate = new();
    private bool taken;

    public ValueTask WaitAsync(CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellation);
        TaskCompletionSource turn;
        lock (gate)
        {
            if (!taken)
            {
                taken = true;
                return ValueTask.CompletedTask;
            }
            waiting.Enqueue(turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        return new ValueTask(cancellation.CanBeCanceled ? WaitOrGiveUp(turn, cancellation) : turn.Task);
    }

    public void Release()
    {
        lock (gate)
        {
            while (waiting.TryDequeue(out var next))
            {
                if (next.TrySetResult())
                    return;
            }
            taken = false;
        }
    }

    private static async Task WaitOrGiveUp(TaskCompletionSource turn, CancellationToken cancellation)
    {
        using var giving = cancellation.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), turn);
        await turn.Task;
    }
}
