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
    private readonly int most;
    private readonly Func<Random, int, int[]> draw;
    private readonly Random random = new(1);
    private readonly PostgresEventStore store;
    private readonly PostgresReadModels readModels;
    private ProjectionHost? host;

    private ProjectionContest(BenchDatabase database, Headline headline, int most, Func<Random, int, int[]> draw)
    {
        (this.database, Headline, this.most, this.draw) = (database, headline, most, draw);
        store = new PostgresEventStore(database.ProductSource, new EventStoreOptions(), TimeProvider.System);
        readModels = new PostgresReadModels(database.ConnectionString, store, TimeProvider.System);
    }

    public Headline Headline { get; }

    public static async Task<ProjectionContest> Distinct(BenchServer server, CancellationToken cancellation) => new(
        await ReferenceLoad.CreateDatabase(server, cancellation),
        new Headline("R3", "projected, checkpointed events/s, every event another key", "upsert_1000.sql, 2 connections", "events/s", 0.6, 0.8),
        Keys,
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
            await ReferenceLoad.CreateDatabase(server, cancellation),
            new Headline("R3b", "projected, checkpointed events/s, keys drawn by Zipf", "upsert_1000.sql, 2 connections", "events/s", 1.5, 3),
            3 * Keys,
            (random, count) => [.. Enumerable.Range(0, count).Select(_ => zipf.Draw(random.NextDouble()))]);
    }

    public Task<Measured> RunReference(TimeSpan time, CancellationToken cancellation) =>
        ReferenceLoad.Run(database, "upsert_1000", 2, 1_000, time, cancellation);

    public async Task<Measured> RunProduct(TimeSpan time, CancellationToken cancellation)
    {
        host ??= await ProjectionHost.Start(readModels, cancellation);
        var events = time < TimeSpan.FromSeconds(1) ? 20_000 : most;
        Measured? measured = null;
        await StockLog.Append(
            database, draw(random, events),
            async commit => measured = (await Stretch.Measure(database.Server, () => Project(commit, cancellation))).Rate(events), cancellation);
        return measured!;
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
            await host.DisposeAsync();
        await readModels.DisposeAsync();
        await store.DisposeAsync();
        await database.DisposeAsync();
    }

    private async Task Project(Func<Task> commit, CancellationToken cancellation)
    {
        await commit();
        await EveryReadModel.WaitForEnd(readModels, store, cancellation);
    }
}
