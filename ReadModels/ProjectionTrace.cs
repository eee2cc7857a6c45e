using System.Diagnostics;
using OrleansOrders.EventStore;

namespace OrleansOrders.ReadModels;

/// <summary>
/// Spans of what was projected: one for each trace that a batch has events of, in that trace. They are made when the batch is
/// written, so that a batch costs nothing more while it is folded, and nothing at all where nobody listens.
/// </summary>
internal static class ProjectionTrace
{
    /// <summary>
    /// At full speed a batch has the events of a hundred traces, and behind a backlog those of thousands that ended long ago: a
    /// span for each would cost more than the batch.
    /// </summary>
    private const int MostTraces = 3;

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
            span?.SetTag("orders.position", entry.Position);
            if (traces.Count == MostTraces)
                return;
        }
    }
}
