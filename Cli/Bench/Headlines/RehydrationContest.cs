using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.EventStore;

namespace OrleansOrders.Cli.Bench.Headlines;

/// <summary>R5: orders of a thousand events loaded one after the other, read, decoded and applied, no snapshot and no cache.</summary>
internal sealed class RehydrationContest : IContest
{
    private const string Tenant = "bench";
    private const int Events = 1_000;
    private const int Turn = 20;

    private readonly BenchDatabase database;
    private readonly PostgresEventStore store;
    private readonly int streams;
    private readonly Random random = new(1);

    private RehydrationContest(BenchDatabase database, int streams)
    {
        (this.database, this.streams) = (database, streams);
        store = new PostgresEventStore(database.ProductSource, new EventStoreOptions(), TimeProvider.System);
    }

    public Headline Headline { get; } = new(
        "R5", "rehydrated events/s, decoded and applied, streams of 1,000 events", "read_stream.sql, 1 connection", "events/s", 1.0, 1.5);

    public static async Task<RehydrationContest> Create(BenchServer server, int streams, CancellationToken cancellation)
    {
        var database = await ReferenceLoad.CreateDatabase(server, cancellation);
        await ReferenceLoad.Fill(database, streams, cancellation);
        var contest = new RehydrationContest(database, streams);
        await contest.Fill(cancellation);
        await database.Execute("vacuum analyze reference.random_events, events", cancellation);
        return contest;
    }

    public Task<Measured> RunReference(TimeSpan time, CancellationToken cancellation) =>
        ReferenceLoad.Run(database, "read_stream", 1, Events, time, cancellation, streams);

    public async Task<Measured> RunProduct(TimeSpan time, CancellationToken cancellation)
    {
        var loaded = 0;
        var stretch = await Stretch.Measure(database.Server, async () =>
        {
            await using var aggregates = new Aggregates(store, new EngineOptions { CachedStreams = 1, SnapshotEvery = 1_000_000 });
            for (var until = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(until) < time; loaded++)
                await aggregates.Load<OrderState>(Tenant, $"o{random.Next(streams)}", PointInTime.Latest, cancellation);
        });
        return stretch.Rate(loaded * (double)Events);
    }

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        await database.DisposeAsync();
    }

    // Turn by turn, so that a stream's events lie as far from each other as they do in a log.
    private async Task Fill(CancellationToken cancellation)
    {
        var events = Order();
        var heads = Enumerable.Repeat(StreamHead.None, streams).ToArray();
        for (var from = 0; from < Events; from += Turn)
        {
            var part = events.GetRange(from, Turn);
            await Parallel.ForAsync(0, streams, new ParallelOptions { MaxDegreeOfParallelism = 100, CancellationToken = cancellation }, async (i, _) =>
            {
                var context = new CommandContext(Tenant, Guid.NewGuid(), "bench", Guid.NewGuid());
                var append = new Append(new StreamName(Tenant, Domain.Order.StreamType, $"o{i}"), heads[i], EventCodec.Encode(part, context), null);
                heads[i] = ((AppendResult.Appended)await store.Append(append, cancellation)).Head;
            });
        }
    }

    /// <summary>An order that grew to 100 lines, and whose quantities then changed.</summary>
    private static List<DomainEvent> Order()
    {
        var at = DateTimeOffset.UnixEpoch;
        var events = new List<DomainEvent> { new OrderCreated("bench", "customer-1", "GBP", PaymentMethods.Ok, null, "United Kingdom", at) };
        for (var i = 0; i < 100; i++)
            events.Add(new ItemAdded($"851{i:00}A", 6, 255, "WHITE HANGING HEART T-LIGHT HOLDER", at));
        while (events.Count < Events)
            events.Add(new QuantityChanged($"851{events.Count % 100:00}A", 255, events.Count, at));
        return events;
    }
}
