using OrleansOrders.EventStore;

namespace OrleansOrders.Cli.Bench.Growth;

/// <summary>The same appends with larger and larger data, which no compression makes small.</summary>
internal sealed class PayloadCurve(BenchServer server, GrowthPace pace) : ICurve
{
    private const string Append = "append";
    private const int Callers = 64;

    private BenchDatabase? database;
    private PostgresEventStore? store;

    public CurvePlan Plan { get; } = new(
        "payload", "The size of an event's data", "data of an event",
        [new(200, "200 B"), new(1_024, "1 KiB"), new(4_096, "4 KiB"), new(16_384, "16 KiB")],
        [
            new("payload-rate", "Events per second, by the size of their data", "events/s", false, new ChartLine(Append, Figures.PerSecond, $"appends of one event, {Callers} callers")),
            new("payload-bytes", "Data per second, by its size", "MB/s", false, new ChartLine(Append, Figures.Megabytes, $"appends of one event, {Callers} callers")),
            new("payload-cost", "Processor time for an event, by the size of its data", "microseconds", true,
                new ChartLine(Append, Figures.Processor, "store and server"), new ChartLine(Append, Figures.Server, "server alone")),
        ]);

    public async Task Prepare(Action<string> report, CancellationToken cancellation)
    {
        database = await server.CreateDatabase(cancellation);
        store = new PostgresEventStore(database.ProductSource, new EventStoreOptions(), TimeProvider.System);
    }

    public async Task<IReadOnlyList<Sample>> Measure(int point, CancellationToken cancellation)
    {
        var size = (int)Plan.Points[point].X;
        var load = new AppendLoad(server, store!, new AppendKind(Callers, 1, false, Payload.OfSize(size)));
        var measured = await load.AppendFor(pace.Time, cancellation);
        return [Sample.From(Append, measured, (Figures.Megabytes, measured.Value * size / 1e6))];
    }

    public async ValueTask DisposeAsync()
    {
        if (store is not null)
            await store.DisposeAsync();
        if (database is not null)
            await database.DisposeAsync();
    }
}
