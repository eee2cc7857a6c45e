using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;

namespace OrleansOrders.Engine.Reactions;

/// <summary>
/// Events wait per order and are worked off in order, many orders at a time. What arrives while an order is being worked
/// on is taken together in its next round.
/// </summary>
internal sealed class OrderQueues(
    Func<string, string, IReadOnlyList<RecordedEvent>, CancellationToken, Task<DateTimeOffset?>> work,
    Action<IReadOnlyList<RecordedEvent>> finished, Action<string, string, DateTimeOffset> wakeAt, Action<string, Exception> failed,
    int concurrency, TimeProvider time, CancellationToken stopping)
{
    private readonly Dictionary<(string Tenant, string OrderId), List<RecordedEvent>> waiting = [];
    private readonly Lock gate = new();
    private readonly SemaphoreSlim slots = new(concurrency, concurrency);
    private int running;
    private TaskCompletionSource idle = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="recorded">Null asks only for another look at the saga.</param>
    public void Enqueue(string tenant, string orderId, RecordedEvent? recorded)
    {
        lock (gate)
        {
            if (waiting.TryGetValue((tenant, orderId), out var events))
            {
                if (recorded is not null)
                    events.Add(recorded);
                return;
            }
            waiting.Add((tenant, orderId), recorded is null ? [] : [recorded]);
            running++;
        }
        _ = Background.Run(() => Run(tenant, orderId));
    }

    /// <summary>Waits until no order is being worked on.</summary>
    public Task WhenIdle()
    {
        lock (gate)
            return running == 0 ? Task.CompletedTask : idle.Task;
    }

    private async Task Run(string tenant, string orderId)
    {
        try
        {
            for (var first = true; Take(tenant, orderId, first) is { } events; first = false)
            {
                if (await WorkUntilDone(tenant, orderId, events) is { } wake)
                    wakeAt(tenant, orderId, wake);
                finished(events);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping: what is not finished is read again at the next start.
        }
        finally
        {
            lock (gate)
            {
                if (--running == 0)
                {
                    idle.SetResult();
                    idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }
            }
        }
    }

    /// <summary>What has gathered; null, and the order leaves, when that is nothing. The first round runs even with no event.</summary>
    private List<RecordedEvent>? Take(string tenant, string orderId, bool first)
    {
        lock (gate)
        {
            var events = waiting[(tenant, orderId)];
            if (events.Count == 0 && !first)
            {
                waiting.Remove((tenant, orderId));
                return null;
            }
            waiting[(tenant, orderId)] = [];
            return events;
        }
    }

    private async Task<DateTimeOffset?> WorkUntilDone(string tenant, string orderId, List<RecordedEvent> events)
    {
        using var subject = LogSubject.Begin(
            tenant, orderId, () => events.Count > 0 ? EventTrace.Find(events[0].Metadata)?.TraceId.ToHexString() : null);
        for (var attempt = 1; ; attempt++)
        {
            await slots.WaitAsync(stopping);
            try
            {
                return await work(tenant, orderId, events, stopping);
            }
            catch (Exception failure) when (!stopping.IsCancellationRequested)
            {
                failed(orderId, failure);
            }
            finally
            {
                slots.Release();
            }
            await Task.Delay(Backoff.After(orderId, attempt), time, stopping);
        }
    }
}
