using OrleansOrders.Cli.Bench.Loading;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.EventStore;

namespace OrleansOrders.Cli.Bench.Growth;

/// <summary>
/// The same work in logs of different lengths, which stand on one server at the same time. A small log gets a fresh copy for
/// every series of every round, because the rounds themselves would make it a large one; the largest is used as it is.
/// </summary>
internal sealed class LogCurve(BenchServer server, GrowthPace pace) : ICurve
{
    public const string Append = "append";
    public const string Command = "command";
    public const string OldCommand = "command to an old stream";
    public const string Rehydrate = "rehydrate";

    private const int WarmUp = 2_000;

    // The first streams of a block are those that are rehydrated, the last ones those that get a command.
    private static readonly BlockLog Log = BlockLog.OfShop("g");

    private readonly List<int> blocks = [.. LogPoints.Of(pace).Select(point => (int)point.X / Log.EventsPerBlock)];
    private readonly List<BenchDatabase> logs = [];
    private readonly Random random = new(1);
    private readonly Dictionary<long, StreamHead> moved = [];

    public CurvePlan Plan { get; } = new(
        "log", "The length of the log", "events in the log", LogPoints.Of(pace),
        [
            new("log-cost", "Processor time for an event, by the length of the log", "microseconds", false, Lines(Figures.Processor)),
            new("log-rate", "Events per second, by the length of the log", "events/s", false, Lines(Figures.PerSecond)[..3]),
            new("log-rehydration", "Rehydrating streams of 100 events, by the length of the log", "events/s", false, Lines(Figures.PerSecond)[3]),
        ]);

    public async Task Prepare(Action<string> report, CancellationToken cancellation)
    {
        foreach (var count in blocks)
        {
            var began = TimeProvider.System.GetTimestamp();
            var database = await server.CreateDatabase(cancellation);
            logs.Add(database);
            await Log.Load(database, count, report, cancellation);
            report($"A log of {count * Log.EventsPerBlock:n0} events was loaded in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:n0} s.");
        }
        await logs[0].Execute("checkpoint", cancellation);
        await TouchReceipts(report, cancellation);
    }

    public async Task<IReadOnlyList<Sample>> Measure(int point, CancellationToken cancellation)
    {
        var data = Payload.OfSize(250);
        return
        [
            await Use(point, Append, store => Load(store, new AppendKind(256, 10, false, data), cancellation), cancellation),
            await Use(point, Command, store => Load(store, new AppendKind(1_024, 1, true, data), cancellation), cancellation),
            await Use(point, OldCommand, store => MoveOldStreams(point, store, cancellation), cancellation),
            await Use(point, Rehydrate, store => LoadStreams(point, store, cancellation), cancellation),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var database in logs)
            await database.DisposeAsync();
    }

    // Command ids come in no order: the first one on each page of their index after a checkpoint writes the whole page into the
    // write-ahead log. That is paid once for each checkpoint, and would look like growth in rounds as short as these.
    private async Task TouchReceipts(Action<string> report, CancellationToken cancellation)
    {
        var events = 5 * pace.EventsPerRound;
        await using var store = new PostgresEventStore(logs[^1].Source, new EventStoreOptions(), TimeProvider.System);
        var measured = await new AppendLoad(server, store, new AppendKind(1_024, 1, true, Payload.OfSize(250))).Append(events, cancellation);
        report($"The first {events:n0} commands after a checkpoint, in the largest log: {measured.Value:n0}/s, {measured.ProcessorMicros:n1} µs of processor each.");
    }

    private static ChartLine[] Lines(string figure) =>
    [
        new(Append, figure, "append of 10 events, 256 callers"),
        new(Command, figure, "command of one event, with receipt, 1,024 callers"),
        new(OldCommand, figure, "command to an old stream at random, 40 callers"),
        new(Rehydrate, figure, "event of a stream that is rehydrated"),
    ];

    // The copy and the connections are new each time, for the large log too, so that all of them start alike.
    private async Task<Sample> Use(int point, string series, Func<PostgresEventStore, Task<Measured>> work, CancellationToken cancellation)
    {
        var isCopied = LogPoints.IsCopied(Plan.Points[point]) && series != Rehydrate;
        var log = isCopied ? await DatabaseCopy.Of(server, logs[point], cancellation) : new BenchDatabase(server, logs[point].ConnectionString);
        try
        {
            await using var store = new PostgresEventStore(log.ProductSource, new EventStoreOptions(), TimeProvider.System);
            return Sample.From(series, await work(store));
        }
        finally
        {
            await (isCopied ? log.DisposeAsync() : log.Source.DisposeAsync());
        }
    }

    private async Task<Measured> Load(PostgresEventStore store, AppendKind kind, CancellationToken cancellation)
    {
        var load = new AppendLoad(server, store, kind);
        await load.Append(WarmUp, cancellation);
        return await load.Append(pace.EventsPerRound, cancellation);
    }

    // As many callers as a single block has streams of ten events, each with streams of its own, so that they never meet.
    private async Task<Measured> MoveOldStreams(int point, PostgresEventStore store, CancellationToken cancellation)
    {
        const int Callers = 40;
        var commands = pace.EventsPerRound / 3;
        var isCopied = LogPoints.IsCopied(Plan.Points[point]);
        var data = Payload.OfSize(250);
        var plan = Enumerable.Range(0, Callers).Select(caller => Enumerable.Range(0, commands / Callers)
            .Select(_ => (long)random.Next(blocks[point]) * Log.Lengths.Count + Log.Lengths.Count - Callers + caller).ToList()).ToList();
        var heads = plan.Select(own => own.Distinct().ToDictionary(stream => stream, stream => (isCopied ? null : moved.GetValueOrDefault(stream)) ?? new StreamHead(10, 0, new byte[32]))).ToList();
        var stretch = await Stretch.Measure(server, () => Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            foreach (var stream in plan[caller])
            {
                var added = new NewEvent(Guid.NewGuid(), "note-taken.v1", data, "{}"u8.ToArray(), TimeProvider.System.GetUtcNow());
                var append = new Append(new StreamName(AppendLoad.Tenant, "stock", $"{Log.Prefix}{stream}"), heads[caller][stream], [added], AppendLoad.NewReceipt());
                heads[caller][stream] = ((AppendResult.Appended)await store.Append(append, cancellation)).Head;
            }
        }, cancellation))));
        // A copy goes, and its streams with it.
        foreach (var (stream, head) in heads.SelectMany(own => own).Where(_ => !isCopied))
            moved[stream] = head;
        return stretch.Rate(commands / Callers * Callers);
    }

    private async Task<Measured> LoadStreams(int point, PostgresEventStore store, CancellationToken cancellation)
    {
        var loads = pace.EventsPerRound / 30;
        var stretch = await Stretch.Measure(server, async () =>
        {
            await using var aggregates = new Aggregates(store, new EngineOptions { CachedStreams = 1, SnapshotEvery = 1_000_000 });
            for (var i = 0; i < loads; i++)
            {
                // Never the one that was loaded last, not even in the smallest log.
                var stream = (long)random.Next(blocks[point]) * Log.Lengths.Count + i % 2;
                await aggregates.Load<StockState>(AppendLoad.Tenant, $"{Log.Prefix}{stream}", PointInTime.Latest, cancellation);
            }
        });
        return stretch.Rate(loads * (double)Log.Lengths[0]);
    }
}
