using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Tests.Http.Support;

/// <summary>The outline of a log that the test writes.</summary>
internal sealed class LogTailInMemory : ILogTail
{
    private readonly Lock gate = new();
    private readonly List<LogLine> lines = [];
    private TaskCompletionSource grown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How often the log was read.</summary>
    public int Reads { get; private set; }

    public void Append(string tenant, int count = 1)
    {
        lock (gate)
        {
            for (var i = 0; i < count; i++)
                lines.Add(new LogLine(lines.Count + 1, tenant, "order", $"o{lines.Count + 1}", 1, "order-created.v1", DateTimeOffset.UnixEpoch));
            grown.SetResult();
            grown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public Task<long> ReadEnd(CancellationToken cancellation)
    {
        lock (gate)
            return Task.FromResult((long)lines.Count);
    }

    public Task<IReadOnlyList<LogLine>> Read(long after, int limit, CancellationToken cancellation)
    {
        lock (gate)
        {
            Reads++;
            return Task.FromResult<IReadOnlyList<LogLine>>(lines.GetRange((int)after, (int)Math.Min(limit, lines.Count - after)));
        }
    }

    public async Task<bool> WaitBeyond(long position, TimeSpan limit, CancellationToken cancellation)
    {
        Task waiting;
        lock (gate)
        {
            if (lines.Count > position)
                return true;
            waiting = grown.Task;
        }
        await waiting.WaitAsync(limit, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
        return waiting.IsCompleted;
    }
}
