using OrleansOrders.Cli.Bench.Loading;
using OrleansOrders.EventStore;
using OrleansOrders.ReadModels;

namespace OrleansOrders.Cli.Bench.Growth;

/// <summary>
/// More orders behind more orders: what it costs to bring them into all read models, and to fulfil them over HTTP. The logs stand on
/// one server at the same time, with their read models; small ones get a fresh copy for every series of every round.
/// </summary>
internal sealed class OrdersCurve(BenchServer server, GrowthPace pace) : ICurve
{
    private const string Project = "project";
    private const string Fulfil = "fulfil";

    private const int Callers = 64;

    private readonly List<int> orders = [.. LogPoints.Of(pace).Select(point => (int)point.X / OrderLog.EventsPerOrder)];
    private readonly int ordersPerRound = pace.EventsPerRound / OrderLog.EventsPerOrder;
    private readonly List<BenchDatabase> logs = [];
    private int addedToLargest;

    public CurvePlan Plan { get; } = new(
        "orders", "Fulfilled orders in the log", "events in the log", LogPoints.Of(pace),
        [
            new("orders-cost", "Processor time for an event, by the events in the log", "microseconds", true, Lines(Figures.Processor)),
            new("orders-rate", "Events per second, by the events in the log", "events/s", true, Lines(Figures.PerSecond)),
        ]);

    public async Task Prepare(Action<string> report, CancellationToken cancellation)
    {
        await using var one = await FulfilOne(report, cancellation);
        foreach (var count in orders)
        {
            var began = TimeProvider.System.GetTimestamp();
            var log = await DatabaseCopy.Of(server, one, cancellation);
            logs.Add(log);
            await OrderLog.Load(log, 0, count, report, cancellation);
            var loaded = TimeProvider.System.GetTimestamp();
            await CatchUp(log, cancellation);
            await log.Execute("vacuum analyze", cancellation);
            report($"A log of {count:n0} orders was loaded in {TimeProvider.System.GetElapsedTime(began, loaded).TotalSeconds:n0} s, its read models in {TimeProvider.System.GetElapsedTime(loaded).TotalSeconds:n0} s.");
        }
        await logs[0].Execute("checkpoint", cancellation);
    }

    public async Task<IReadOnlyList<Sample>> Measure(int point, CancellationToken cancellation) =>
    [
        await Use(point, Project, log => Behind(point, log, cancellation), cancellation),
        await Use(point, Fulfil, log => OverHttp(log, cancellation), cancellation),
    ];

    public async ValueTask DisposeAsync()
    {
        foreach (var log in logs)
            await log.DisposeAsync();
    }

    private static ChartLine[] Lines(string figure) =>
        [new(Project, figure, "into all read models, from a log that waits"), new(Fulfil, figure, $"fulfilled over HTTP and in all read models, {Callers} callers")];

    private async Task<BenchDatabase> FulfilOne(Action<string> report, CancellationToken cancellation)
    {
        var database = await server.CreateDatabase(cancellation);
        await using (var load = await OrderLoad.Start(database, 1, report, cancellation, skus: "copied"))
        {
            await load.Place(1, cancellation);
            await load.WaitForIdle(cancellation);
        }
        await using var command = database.Source.CreateCommand("select order_id from fulfilment_board");
        await OrderLog.Keep(database, (string)(await command.ExecuteScalarAsync(cancellation))!, cancellation);
        return database;
    }

    private async Task<Sample> Use(int point, string series, Func<BenchDatabase, Task<Measured>> work, CancellationToken cancellation)
    {
        if (!IsCopied(point))
            return Sample.From(series, await work(logs[point]));
        await using var copy = await DatabaseCopy.Of(server, logs[point], cancellation);
        return Sample.From(series, await work(copy));
    }

    private bool IsCopied(int point) => LogPoints.IsCopied(Plan.Points[point]);

    // Twice as many as are fulfilled in a round, because they are projected much faster.
    private async Task<Measured> Behind(int point, BenchDatabase log, CancellationToken cancellation)
    {
        var count = 2 * ordersPerRound;
        await OrderLog.Load(log, orders[point] + (IsCopied(point) ? 0 : addedToLargest), count, static _ => { }, cancellation);
        if (!IsCopied(point))
            addedToLargest += count;
        return (await Stretch.Measure(server, () => CatchUp(log, cancellation))).Rate(count * OrderLog.EventsPerOrder);
    }

    // The same number of orders comes before those that count, because each round has a process of its own.
    private async Task<Measured> OverHttp(BenchDatabase log, CancellationToken cancellation)
    {
        await using var load = await OrderLoad.Start(log, Callers, static _ => { }, cancellation);
        await load.Place(ordersPerRound, cancellation);
        await load.WaitForIdle(cancellation);
        var before = await load.ReadEnd(cancellation);
        var stretch = await Stretch.Measure(server, () => load.Place(ordersPerRound, cancellation), load.ProcessId);
        return stretch.Rate(await load.ReadEnd(cancellation) - before);
    }

    private static async Task CatchUp(BenchDatabase log, CancellationToken cancellation)
    {
        await using var store = new PostgresEventStore(log.ProductSource, new EventStoreOptions(), TimeProvider.System);
        await using var readModels = new PostgresReadModels(log.ConnectionString, store, TimeProvider.System);
        await using var host = await ProjectionHost.Start(readModels, cancellation);
        await EveryReadModel.WaitForEnd(readModels, store, cancellation);
    }
}
