namespace OrleansOrders.Engine;

/// <summary>
/// Turns calls that come at the same time into one: while one is under way, others gather for the next. Whoever comes alone
/// is served at once.
/// </summary>
/// <param name="most">Requests in one call, at most.</param>
/// <param name="serve">Gives a reply for each request. Must be bounded in time; when it fails, each of its callers is told.</param>
internal sealed class Gathered<TRequest, TReply>(int most, Func<IReadOnlyList<TRequest>, Task<IReadOnlyList<TReply>>> serve)
{
    private readonly Lock gate = new();
    private readonly Queue<(TRequest Request, TaskCompletionSource<TReply> Reply)> waiting = [];
    private bool isServing;

    /// <param name="cancellation">Ends the waiting. The request may be served all the same.</param>
    public Task<TReply> Ask(TRequest request, CancellationToken cancellation)
    {
        var reply = new TaskCompletionSource<TReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            waiting.Enqueue((request, reply));
            if (isServing)
                return reply.Task.WaitAsync(cancellation);
            isServing = true;
        }
        _ = ServeAll();
        return reply.Task.WaitAsync(cancellation);
    }

    private async Task ServeAll()
    {
        while (Take() is { Count: > 0 } batch)
        {
            try
            {
                var replies = await serve([.. batch.Select(one => one.Request)]);
                for (var i = 0; i < batch.Count; i++)
                    batch[i].Reply.SetResult(replies[i]);
            }
            catch (Exception failure)
            {
                foreach (var (_, reply) in batch)
                    reply.TrySetException(failure);
            }
        }
    }

    private List<(TRequest Request, TaskCompletionSource<TReply> Reply)> Take()
    {
        var batch = new List<(TRequest, TaskCompletionSource<TReply>)>();
        lock (gate)
        {
            while (batch.Count < most && waiting.TryDequeue(out var one))
                batch.Add(one);
            isServing = batch.Count > 0;
        }
        return batch;
    }
}
