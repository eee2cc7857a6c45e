using System.Diagnostics;
using OrleansOrders.EventStore;

namespace OrleansOrders.ReadModels;

/// <summary>
/// Spans of what was projected: one for each trace that a batch has events of, in that trace. They are made when the batch is
/// written, so that a batch costs nothing more while it is folded, and nothing at all where nobody listens.
/// </summary>
internal static class ProjectionTrace
{
    /// <summary>A batch of those who are far behind has the events of thousands of traces, which ended long ago.</summary>
    private const int MostTraces = 100;

    private static readonly ActivitySource Activities = new("OrleansOrders.ReadModels");

    /// <summary>When work begins, for <see cref="Wrote"/>.</summary>
    public static DateTimeOffset? Begin(TimeProvider time) => Activities.HasListeners() ? time.GetUtcNow() : null;

    public static void Wrote(Projection projection, ReadOnlySpan<LogEntry> entries, DateTimeOffset? began)
    {
        if (began is not { } started)
            return;
        var kind = ReadModelCatalog.KindOf(projection.StreamType);
        var traces = new HashSet<ActivityTraceId>();
        foreach (var entry in entries)
        {
            if (entry.Kind != kind || EventTrace.Find(entry.Recorded.Metadata) is not { } parent || !traces.Add(parent.TraceId))
                continue;
            using var span = Activities.StartActivity($"project {projection.Name}", ActivityKind.Consumer, parent, startTime: started);
            span?.SetTag("orders.tenant", entry.Recorded.Stream.Tenant).SetTag("orders.stream", entry.Recorded.Stream.StreamId)
                .SetTag("orders.position", entry.Position);
            if (traces.Count == MostTraces)
                return;
        }
    }
}
