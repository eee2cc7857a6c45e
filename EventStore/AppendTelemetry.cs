using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace OrleansOrders.EventStore;

/// <summary>How appending goes: meter and activity source are both named <see cref="Name"/>. All stores of a process add to the same.</summary>
internal static class AppendTelemetry
{
    public const string Name = "OrleansOrders.EventStore";

    private static readonly ActivitySource Activities = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Histogram<double> Batches = Meter.CreateHistogram(
        "orders.append.batch.duration", "s", "One batch, from its sending to its answer, by result: committed or failed.", null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5] });

    private static readonly Counter<long> Appends = Meter.CreateCounter<long>(
        "orders.appends", "{append}", "Appends by result: appended, conflict, received, refused, unavailable, unknown.");

    private static readonly Counter<long> Events = Meter.CreateCounter<long>("orders.append.events", "{event}", "Events that were appended.");

    private static long waiting;

    static AppendTelemetry() => Meter.CreateObservableUpDownCounter(
        "orders.append.waiting", () => Interlocked.Read(ref waiting), "{append}", "Appends that wait for their answer.");

    /// <returns>The span of the append; null where nobody listens, or nobody's span is under way that it would be part of.</returns>
    public static Activity? Begin(Append append)
    {
        Interlocked.Increment(ref waiting);
        return Activities.HasListeners() && Activity.Current is not null
            ? Activities.StartActivity("append", ActivityKind.Client)?.SetTag("orders.stream", append.Stream.StreamId)
            : null;
    }

    public static void End(Activity? span, AppendResult? result)
    {
        Interlocked.Decrement(ref waiting);
        if (span is null)
            return;
        if (result is AppendResult.Appended appended)
            span.SetTag("orders.position", appended.Head.Position);
        else
            span.SetTag("orders.result", result?.GetType().Name ?? "failed");
        if (result is null)
            span.SetStatus(ActivityStatusCode.Error);
        span.Dispose();
    }

    public static void Batch(long started, bool isCommitted) =>
        Batches.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, new KeyValuePair<string, object?>("result", isCommitted ? "committed" : "failed"));

    public static void Failed(bool mayBeCommitted) => Count(mayBeCommitted ? "unknown" : "unavailable", 1);

    public static void Refused() => Count("refused", 1);

    public static void Answered(List<PendingAppend> batch, AppendOutcome[] outcomes)
    {
        if (!Appends.Enabled)
            return;
        var (appended, events, conflicts, received) = (0L, 0L, 0L, 0L);
        for (var i = 0; i < outcomes.Length; i++)
        {
            switch (outcomes[i].Result)
            {
                case AppendResult.Appended:
                    appended++;
                    events += batch[i].Request.Events.Count;
                    break;
                case AppendResult.Conflict:
                    conflicts++;
                    break;
                case AppendResult.AlreadyReceived:
                    received++;
                    break;
            }
        }
        Count("appended", appended);
        Count("conflict", conflicts);
        Count("received", received);
        Count("refused", outcomes.Length - appended - conflicts - received);
        Events.Add(events);
    }

    private static void Count(string result, long count)
    {
        if (count > 0)
            Appends.Add(count, new KeyValuePair<string, object?>("result", result));
    }
}
