using System.Security.Cryptography;
using OrleansOrders.Cli.Bench.Loading;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.EventStore;

namespace OrleansOrders.Cli.Bench.Growth;

/// <summary>
/// The same work on streams of different lengths: loading them, deciding a command on what is loaded, and appending behind
/// their last event. Stock, because its state stays as small as it is however long its stream grows.
/// </summary>
internal sealed class LengthCurve(BenchServer server, GrowthPace pace) : ICurve
{
    private const string Append = "append";
    private const string Command = "command";
    private const string Rehydrate = "rehydrate";
    private const string FromSnapshot = "load from a snapshot";
    private const string Tenant = AppendLoad.Tenant;
    private const int Callers = 16;
    private const int EventsPerPoint = 160_000;
    private const int MostStreams = 2_000;
    private const int SnapshotEvery = 100;

    private readonly CommandTurns turns = new();
    private BenchDatabase? database;
    private PostgresEventStore? store;

    public CurvePlan Plan { get; } = new(
        "length", "The length of a stream", "events in the stream",
        [.. (pace.IsQuick ? new[] { 10, 100, 1_000 } : [10, 100, 1_000, 10_000]).Select(length => new GrowthPoint(length, $"{length:n0}"))],
        [
            new("length-cost", "Processor time for one event more, by the length of its stream", "microseconds", false,
                new ChartLine(Append, Figures.Processor, "append"), new ChartLine(Command, Figures.Processor, "command on a loaded aggregate, with receipt")),
            new("length-rehydration", "Events read, decoded and applied, by the length of their stream", "events/s", false,
                new ChartLine(Rehydrate, Figures.PerSecond, "no snapshot, one stream after the other")),
            new("length-load", "Time to load a stream, by its length", "milliseconds", true,
                new ChartLine(Rehydrate, Figures.MillisPerStream, "no snapshot"), new ChartLine(FromSnapshot, Figures.MillisPerStream, "with a snapshot, from 100 events on")),
        ]);

    public async Task Prepare(Action<string> report, CancellationToken cancellation)
    {
        database = await server.CreateDatabase(cancellation);
        store = new PostgresEventStore(database.ProductSource, new EventStoreOptions(), TimeProvider.System);
        for (var point = 0; point < Plan.Points.Count; point++)
        {
            await new BlockLog(PrefixOf(point), [.. Enumerable.Repeat(LengthOf(point), StreamsOf(point))]).Load(database, 1, report, cancellation);
            if (LengthOf(point) >= SnapshotEvery)
                await KeepSnapshots(point, cancellation);
        }
        await database.Execute("vacuum analyze snapshots", cancellation);
    }

    public async Task<IReadOnlyList<Sample>> Measure(int point, CancellationToken cancellation)
    {
        await using var whole = new Aggregates(store!, new EngineOptions { CachedStreams = MostStreams, SnapshotEvery = 1_000_000 });
        await using var snapshots = new Aggregates(store!, new EngineOptions { CachedStreams = MostStreams, SnapshotEvery = SnapshotEvery });
        return
        [
            await LoadAll(Rehydrate, point, whole, cancellation),
            await LoadAll(FromSnapshot, point, snapshots, cancellation),
            await DecideOn(point, whole, cancellation),
            await AppendTo(point, cancellation),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        if (store is not null)
            await store.DisposeAsync();
        if (database is not null)
            await database.DisposeAsync();
    }

    private int LengthOf(int point) => (int)Plan.Points[point].X;

    private int StreamsOf(int point) => Math.Min(MostStreams, EventsPerPoint / LengthOf(point));

    private string PrefixOf(int point) => $"l{LengthOf(point)}x";

    private async Task KeepSnapshots(int point, CancellationToken cancellation)
    {
        await using var aggregates = new Aggregates(store!, new EngineOptions { CachedStreams = 1, SnapshotEvery = 1_000_000 });
        for (var i = 0; i < StreamsOf(point); i++)
        {
            var id = $"{PrefixOf(point)}{i}";
            var name = new StreamName(Tenant, Stock.StreamType, id);
            var loaded = await aggregates.Load<StockState>(Tenant, id, PointInTime.Latest, cancellation);
            var head = await store!.ReadHead(name, cancellation);
            await store.WriteSnapshot(name, new Snapshot(head, StateCatalog.SchemaOf<StockState>(), StateCatalog.Encode(loaded.State)), cancellation);
        }
    }

    private async Task<Sample> LoadAll(string series, int point, Aggregates aggregates, CancellationToken cancellation)
    {
        var (events, streams) = (0L, StreamsOf(point));
        var stretch = await Stretch.Measure(server, async () =>
        {
            for (var i = 0; i < streams; i++)
                events += (await aggregates.Load<StockState>(Tenant, $"{PrefixOf(point)}{i}", PointInTime.Latest, cancellation)).Version;
        });
        // A snapshot stands for events that nobody reads: there the stream is the unit.
        return Sample.From(
            series, stretch.Rate(series == Rehydrate ? events : streams), (Figures.MillisPerStream, stretch.Elapsed.TotalMilliseconds / streams));
    }

    private Task<Sample> DecideOn(int point, Aggregates aggregates, CancellationToken cancellation) =>
        EachCaller(Command, point, async (id, token) =>
        {
            var commandId = Guid.NewGuid();
            var context = new CommandContext(Tenant, commandId, "bench", commandId) { Fingerprint = SHA256.HashData(commandId.ToByteArray()) };
            var outcome = await aggregates.Execute(id, new ReceiveStock(1, TimeProvider.System.GetUtcNow()), context, token);
            if (outcome is not CommandOutcome.Done)
                throw new InvalidOperationException($"A command that fits became {outcome}.");
        }, cancellation);

    private async Task<Sample> AppendTo(int point, CancellationToken cancellation)
    {
        var heads = new StreamHead[StreamsOf(point)];
        for (var i = 0; i < heads.Length; i++)
            heads[i] = await store!.ReadHead(new StreamName(Tenant, Stock.StreamType, $"{PrefixOf(point)}{i}"), cancellation);
        var data = """{"quantity":1,"at":"2026-03-01T12:30:15.1234567+00:00"}"""u8.ToArray();
        return await EachCaller(Append, point, async (id, token) =>
        {
            var number = int.Parse(id.AsSpan(PrefixOf(point).Length), System.Globalization.CultureInfo.InvariantCulture);
            var added = new NewEvent(Guid.NewGuid(), "stock-received.v1", data, "{}"u8.ToArray(), TimeProvider.System.GetUtcNow());
            var result = await store!.Append(new Append(new StreamName(Tenant, Stock.StreamType, id), heads[number], [added], null), token);
            heads[number] = ((AppendResult.Appended)result).Head;
        }, cancellation);
    }

    private async Task<Sample> EachCaller(string series, int point, Func<string, CancellationToken, Task> act, CancellationToken cancellation)
    {
        var times = pace.EventsPerRound / 6 / Callers;
        var stretch = await Stretch.Measure(server, () => Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; i < times; i++)
                await act($"{PrefixOf(point)}{turns.Next(point, caller, Callers, StreamsOf(point))}", cancellation);
        }, cancellation))));
        return Sample.From(series, stretch.Rate(times * Callers));
    }

    /// <summary>Each caller goes round its own streams, so that short ones stay short.</summary>
    private sealed class CommandTurns
    {
        private readonly Dictionary<(int Point, int Caller), int> next = [];

        public int Next(int point, int caller, int callers, int streams)
        {
            lock (next)
            {
                var turn = next.GetValueOrDefault((point, caller));
                next[(point, caller)] = turn + 1;
                return caller + callers * (turn % (streams / callers));
            }
        }
    }
}
