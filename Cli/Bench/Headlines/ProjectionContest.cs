using OrleansOrders.Cli.Bench.Loading;
using OrleansOrders.Cli.Load;
using OrleansOrders.EventStore;
using OrleansOrders.ReadModels;

namespace OrleansOrders.Cli.Bench.Headlines;

/// <summary>
/// R3 and R3b: a log that stands waiting, read, decoded, folded and written by the host that keeps all six read models, until
/// every one of them has written down that it is at the log's end. The events are those of one read model, stock levels; the
/// others pass them by.
/// </summary>
internal sealed class ProjectionContest : IContest
{
    // As many rows as the reference changes.
    private const int Keys = 100_000;

    private readonly BenchDatabase database;
    private readonly Func<Random, int, int[]> draw;
    private readonly Random random = new(1);

    private ProjectionContest(BenchDatabase database, Headline headline, Func<Random, int, int[]> draw) =>
        (this.database, Headline, this.draw) = (database, headline, draw);

    public Headline Headline { get; }

    public static async Task<ProjectionContest> Distinct(BenchServer server, CancellationToken cancellation) => new(
        await Prepare(server, cancellation),
        new Headline("R3", "projected, checkpointed events/s, every event another key", "upsert_1000.sql, 2 connections", "events/s", 0.6, 0.8),
        static (random, count) =>
        {
            var keys = Enumerable.Range(0, Keys).ToArray();
            random.Shuffle(keys);
            return keys[..Math.Min(count, Keys)];
        });

    public static async Task<ProjectionContest> Zipf(BenchServer server, CancellationToken cancellation)
    {
        var zipf = new Zipf(Keys);
        return new ProjectionContest(
            await Prepare(server, cancellation),
            new Headline("R3b", "projected, checkpointed events/s, keys drawn by Zipf", "upsert_1000.sql, 2 connections", "events/s", 1.5, 3),
            (random, count) => [.. Enumerable.Range(0, count).Select(_ => zipf.Draw(random.NextDouble()))]);
    }

    public Task<Measured> RunReference(TimeSpan time, CancellationToken cancellation) =>
        ReferenceLoad.Run(database, "upsert_1000", 2, 1_000, time, cancellation);

    public async Task<Measured> RunProduct(TimeSpan time, CancellationToken cancellation)
    {
        var events = time < TimeSpan.FromSeconds(1) ? 20_000 : 100_000;
        await StockLog.Append(database, draw(random, events), cancellation);
        await using var store = new PostgresEventStore(database.Source, new EventStoreOptions(), TimeProvider.System);
        await using var readModels = new PostgresReadModels(database.ConnectionString, store, TimeProvider.System);
        var end = await store.ReadEnd(cancellation);
        var stretch = await Stretch.Measure(database.Server, async () =>
        {
            await using var host = await ProjectionHost.Start(readModels, cancellation);
            foreach (var projection in ReadModelCatalog.All)
            {
                while (!await readModels.WaitFor(projection.Name, end, TimeSpan.FromSeconds(10), cancellation))
                    cancellation.ThrowIfCancellationRequested();
            }
        });
        return stretch.Rate(events);
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    private static async Task<BenchDatabase> Prepare(BenchServer server, CancellationToken cancellation)
    {
        var database = await server.CreateDatabase(cancellation);
        await ReferenceLoad.Prepare(database, cancellation);
        return database;
    }
}
