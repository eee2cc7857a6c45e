using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;
using OrleansOrders.ReadModels.Rebuilding;

namespace OrleansOrders.ReadModels.Queries;

/// <summary>How far every projection is behind the real end of the log.</summary>
internal sealed class ProjectionStatuses(PostgresReadModels readModels)
{
    private const int PageEvents = 500;

    /// <summary>How far an order event is looked for; beyond, the oldest order is not named.</summary>
    private const int FurthestEvents = 20_000;

    private readonly ProjectionTable _table = new(readModels.DataSource);

    public async Task<IReadOnlyList<ProjectionStatus>> List(CancellationToken cancellation)
    {
        // Positions first: an end that is read later cannot be before them.
        var rows = await _table.ReadAll(cancellation);
        var end = await readModels.Log.ReadEnd(cancellation);
        var rebuilds = await readModels.Rebuilds.Read(end, cancellation);
        var backlogs = new Dictionary<long, (double Seconds, string? Order)>();
        var statuses = new List<ProjectionStatus>();
        foreach (var projection in ReadModelCatalog.All)
        {
            var (position, error) = rows.GetValueOrDefault(projection.Name);
            if (!backlogs.TryGetValue(position, out var backlog))
                backlogs.Add(position, backlog = await Measure(position, end, cancellation));
            error = readModels.PositionOf(projection.Name).Error ?? error;
            var rebuild = rebuilds.GetValueOrDefault(projection.Name);
            statuses.Add(new ProjectionStatus(
                projection.Name, position, end, Math.Max(0, end - position), backlog.Seconds, backlog.Order,
                State(error, rebuild), error, rebuild));
        }
        return statuses;
    }

    private static string State(string? error, RebuildStatus? rebuild)
    {
        if (error is not null)
            return "failed";
        return rebuild is not null && RebuildTable.IsUnderWay(rebuild.Phase) ? "rebuilding" : "live";
    }

    /// <summary>The age of the oldest event after the position, and the first order that has one.</summary>
    private async Task<(double Seconds, string? Order)> Measure(long position, long end, CancellationToken cancellation)
    {
        var seconds = 0.0;
        for (var after = position; after < end && after - position < FurthestEvents;)
        {
            var events = await readModels.Log.ReadLog(after, PageEvents, cancellation);
            if (events.Count == 0)
                break;
            if (after == position)
                seconds = Math.Max(0, (readModels.Time.GetUtcNow() - events[0].RecordedAt).TotalSeconds);
            if (FirstOrder(events) is { } order)
                return (seconds, order);
            after = events[^1].Position;
        }
        return (seconds, null);
    }

    private static string? FirstOrder(IReadOnlyList<RecordedEvent> events) =>
        events.FirstOrDefault(recorded => recorded.Stream.Type == "order")?.Stream.Id;
}
