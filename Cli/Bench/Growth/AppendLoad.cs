using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using OrleansOrders.EventStore;

namespace OrleansOrders.Cli.Bench.Growth;

/// <summary>What the callers of an <see cref="AppendLoad"/> append.</summary>
/// <param name="Callers">Appends under way at any time.</param>
/// <param name="Events">In one append.</param>
internal sealed record AppendKind(int Callers, int Events, bool Receipts, byte[] Data);

/// <summary>Appends by many callers at once, each waiting for its own, to streams that it begins itself and leaves after ten appends.</summary>
internal sealed class AppendLoad(BenchServer server, PostgresEventStore store, AppendKind kind)
{
    public const string Tenant = "bench";

    private const int StreamLength = 10;

    private static readonly byte[] Metadata = """{"commandId":"0198c0de-0000-7000-8000-000000000000","correlationId":"0198c0de-0000-7000-8000-000000000000","actor":"bench"}"""u8.ToArray();

    private ConcurrentBag<List<long>> latencies = [];

    /// <summary>A number of events, however long that takes: the log is no larger afterwards than it was meant to be.</summary>
    public Task<Measured> Append(int events, CancellationToken cancellation)
    {
        var left = (long)events;
        return Run(() => Interlocked.Add(ref left, -kind.Events) >= 0, cancellation);
    }

    public Task<Measured> AppendFor(TimeSpan time, CancellationToken cancellation)
    {
        var until = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        return Run(() => Stopwatch.GetTimestamp() < until, cancellation);
    }

    /// <summary>Milliseconds that the given part of the last run's appends took at most.</summary>
    public double Percentile(double part)
    {
        var sorted = latencies.SelectMany(one => one).Order().ToList();
        return sorted[Math.Clamp((int)Math.Ceiling(part * sorted.Count) - 1, 0, sorted.Count - 1)] * 1000.0 / Stopwatch.Frequency;
    }

    public static Receipt NewReceipt()
    {
        var id = Guid.NewGuid();
        return new Receipt(id, SHA256.HashData(id.ToByteArray()), null, null);
    }

    private async Task<Measured> Run(Func<bool> goesOn, CancellationToken cancellation)
    {
        latencies = [];
        var appended = 0L;
        var batches = store.Batches;
        var stretch = await Stretch.Measure(server, async () =>
            appended = (await Task.WhenAll(Enumerable.Range(0, kind.Callers).Select(_ => Task.Run(() => Call(goesOn, cancellation), cancellation)))).Sum());
        return stretch.Rate(appended, appended / (double)Math.Max(1, store.Batches - batches));
    }

    private async Task<long> Call(Func<bool> goesOn, CancellationToken cancellation)
    {
        var own = new List<long>();
        latencies.Add(own);
        while (true)
        {
            var stream = new StreamName(Tenant, "note", $"{Guid.CreateVersion7():n}");
            var head = StreamHead.None;
            for (var i = 0; i < StreamLength; i++)
            {
                if (!goesOn())
                    return own.Count * (long)kind.Events;
                var began = Stopwatch.GetTimestamp();
                var result = await store.Append(new Append(stream, head, NewEvents(), kind.Receipts ? NewReceipt() : null), cancellation);
                own.Add(Stopwatch.GetTimestamp() - began);
                head = ((AppendResult.Appended)result).Head;
            }
        }
    }

    private NewEvent[] NewEvents()
    {
        var events = new NewEvent[kind.Events];
        for (var i = 0; i < events.Length; i++)
            events[i] = new NewEvent(Guid.NewGuid(), "note-taken.v1", kind.Data, Metadata, TimeProvider.System.GetUtcNow());
        return events;
    }
}
