using OrleansOrders.EventStore;

namespace OrleansOrders.Cli.Bench.Growth;

/// <summary>The same appends by more and more callers at once; their number is what the store has to make batches of.</summary>
internal sealed class CallersCurve(BenchServer server, GrowthPace pace) : ICurve
{
    private const string Append = "append";

    private BenchDatabase? database;
    private PostgresEventStore? store;

    public CurvePlan Plan { get; } = new(
        "callers", "Concurrent callers", "callers",
        [.. (pace.IsQuick ? new[] { 1, 16, 256 } : [1, 4, 16, 64, 256]).Select(callers => new GrowthPoint(callers, $"{callers}"))],
        [
            new("callers-rate", "Events per second, by the number of callers", "events/s", false, new ChartLine(Append, Figures.PerSecond, "appends of one event")),
            new("callers-latency", "Time from append to durable reply, by the number of callers", "milliseconds", true,
                new ChartLine(Append, Figures.P50, "median"), new ChartLine(Append, Figures.P99, "99th percentile")),
            new("callers-cost", "Processor time for an event, by the number of callers", "microseconds", true,
                new ChartLine(Append, Figures.Processor, "store and server"), new ChartLine(Append, Figures.Server, "server alone")),
        ]);

    public async Task Prepare(Action<string> report, CancellationToken cancellation)
    {
        database = await server.CreateDatabase(cancellation);
        store = new PostgresEventStore(database.ProductSource, new EventStoreOptions(), TimeProvider.System);
    }

    public async Task<IReadOnlyList<Sample>> Measure(int point, CancellationToken cancellation)
    {
        var load = new AppendLoad(server, store!, new AppendKind((int)Plan.Points[point].X, 1, false, Payload.OfSize(250)));
        var measured = await load.AppendFor(pace.Time, cancellation);
        return [Sample.From(Append, measured, (Figures.P50, load.Percentile(0.5)), (Figures.P99, load.Percentile(0.99)))];
    }

    public async ValueTask DisposeAsync()
    {
        if (store is not null)
            await store.DisposeAsync();
        if (database is not null)
            await database.DisposeAsync();
    }
}
