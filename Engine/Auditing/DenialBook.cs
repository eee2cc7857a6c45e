using System.Threading.Channels;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Engine.Auditing;

/// <summary>
/// Denials on their way to the audit. The first is written at once; what comes in the minute after a writing is counted,
/// equal ones together. Whoever knocks a million times leaves a few lines.
/// </summary>
internal sealed class DenialBook : IAsyncDisposable
{
    /// <summary>Different denials that are told apart within a minute; the rest is counted together.</summary>
    public const int MostKinds = 100;

    private static readonly AuditedAction Rest = new(null, "several", "several", "several");

    private readonly Func<IReadOnlyCollection<AuditEntry>, CancellationToken, Task> write;
    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly Channel<bool> arrived = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Task writing;
    private Dictionary<(AuditedAction Action, string Code), Tally> waiting = [];

    public DenialBook(Func<IReadOnlyCollection<AuditEntry>, CancellationToken, Task> write, TimeProvider time)
    {
        (this.write, this.time) = (write, time);
        writing = Task.Run(Run);
    }

    /// <summary>How long equal denials are counted before they are written.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromMinutes(1);

    public void Add(AuditedAction action, string code)
    {
        lock (gate)
        {
            Count((action with { TraceId = null }, code), 1, action.TraceId);
            arrived.Writer.TryWrite(true);
        }
    }

    /// <summary>Writes what still waits, if the database takes it.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await writing;
        await Flush();
        stopping.Dispose();
    }

    private async Task Run()
    {
        try
        {
            while (true)
            {
                await arrived.Reader.ReadAsync(stopping.Token);
                await Flush();
                await Task.Delay(Interval, time, stopping.Token);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The last ones are written by whoever stops it.
        }
    }

    /// <summary>Writes what waits now.</summary>
    public async Task Flush()
    {
        Dictionary<(AuditedAction Action, string Code), Tally> taken;
        lock (gate)
            (taken, waiting) = (waiting, []);
        if (taken.Count == 0)
            return;
        try
        {
            await write(
                [.. taken.Select(one => new AuditEntry(
                    0, AuditEntry.Denied, one.Key.Action with { TraceId = one.Value.TraceId }, one.Key.Code, one.Value.Count, null, default))],
                CancellationToken.None);
        }
        catch (UnavailableException)
        {
            PutBack(taken);
        }
    }

    // They are told when the database is back, still no more of them than fit.
    private void PutBack(Dictionary<(AuditedAction Action, string Code), Tally> taken)
    {
        lock (gate)
        {
            foreach (var (denied, tally) in taken)
                Count(denied, tally.Count, tally.TraceId);
            arrived.Writer.TryWrite(true);
        }
    }

    private void Count((AuditedAction Action, string Code) denied, long count, string? traceId)
    {
        if (!waiting.TryGetValue(denied, out var tally) && waiting.Count >= MostKinds)
            denied = (Rest, "several");
        if (tally is null && !waiting.TryGetValue(denied, out tally))
            waiting.Add(denied, tally = new Tally(traceId));
        tally.Count += count;
    }

    /// <param name="traceId">Of the first.</param>
    private sealed class Tally(string? traceId)
    {
        public string? TraceId => traceId;

        public long Count { get; set; }
    }
}
