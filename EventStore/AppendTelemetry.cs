using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace OrleansOrders.EventStore;

/// <summary>How appending goes: a meter, named <see cref="Name"/>, that all stores of a process add to, and what spans say of it.</summary>
internal static class AppendTelemetry
{
    public const string Name = "OrleansOrders.EventStore";

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

    public static void Begin() => Interlocked.Increment(ref waiting);

    /// <summary>
    /// Notes the append as an event of the span that waited for it, a command's or a step's: a span for each would be half as many
    /// again, and say little that the other does not.
    /// </summary>
    public static void End(PendingAppend append, AppendResult? result, TimeSpan took)
    {
        Interlocked.Decrement(ref waiting);
        if (Activity.Current is not { Recorded: true, IsAllDataRequested: true } span)
            return;
        var tags = new ActivityTagsCollection { { "orders.stream", append.Request.Stream.StreamId }, { "orders.append.ms", took.TotalMilliseconds } };
        if (result is AppendResult.Appended appended)
            tags.Add("orders.position", appended.Head.Position);
        else
            tags.Add("orders.result", result?.GetType().Name ?? "failed");
        span.AddEvent(new ActivityEvent("append", tags: tags));
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
