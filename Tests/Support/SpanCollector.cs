using System.Collections.Concurrent;
using System.Diagnostics;

namespace OrleansOrders.Tests.Support;

/// <summary>The spans of one trace, and of no other that runs in this process: their number is chosen here, and sent by the caller.</summary>
public sealed class SpanCollector : IDisposable
{
    private readonly ActivityListener listener;
    private readonly ConcurrentQueue<Activity> ended = [];

    public SpanCollector()
    {
        listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("OrleansOrders.", StringComparison.Ordinal) || source.Name == "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.TraceId == Trace ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = span =>
            {
                if (span.TraceId == Trace)
                    ended.Enqueue(span);
            },
        };
        ActivitySource.AddActivityListener(listener);
    }

    public ActivityTraceId Trace { get; } = ActivityTraceId.CreateRandom();

    /// <summary>Of whoever calls.</summary>
    public ActivitySpanId Caller { get; } = ActivitySpanId.CreateRandom();

    /// <summary>The header that the caller sends.</summary>
    public string TraceParent => $"00-{Trace.ToHexString()}-{Caller.ToHexString()}-01";

    /// <summary>Those that have ended.</summary>
    public IReadOnlyList<Activity> Ended => [.. ended];

    public bool Has(string name) => ended.Any(span => span.DisplayName == name);

    /// <summary>Those whose parent is none of them, and not the caller.</summary>
    public IReadOnlyList<string> Orphans()
    {
        var spans = ended.Select(span => span.SpanId).Append(Caller).ToHashSet();
        return [.. ended.Where(span => !spans.Contains(span.ParentSpanId)).Select(span => span.DisplayName)];
    }

    /// <summary>The names from a span up to the request, for comparing and for people.</summary>
    public IReadOnlyList<string> PathOf(string name)
    {
        var spans = ended.ToDictionary(span => span.SpanId);
        var path = new List<string>();
        for (var span = ended.First(one => one.DisplayName == name); span is not null; span = spans.GetValueOrDefault(span.ParentSpanId))
            path.Add(span.DisplayName);
        return path;
    }

    public void Dispose() => listener.Dispose();
}
