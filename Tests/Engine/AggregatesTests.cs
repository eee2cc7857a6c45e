using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.EventStore;

namespace OrleansOrders.Tests.Engine;

public sealed class AggregatesTests
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly InMemoryEventStore store = new(TimeProvider.System);

    [Fact]
    public async Task A_repeated_command_gets_its_first_answer_and_writes_nothing()
    {
        await using var engine = new Aggregates(store, new EngineOptions());
        var first = await Receive(engine, "key", 5);
        var again = await Receive(engine, "key", 5);
        Assert.Equal(new CommandOutcome.Done(1, 1, false), first);
        Assert.Equal(new CommandOutcome.Done(1, 1, true), again);
        Assert.Equal(1, await store.ReadEnd(CancellationToken.None));
    }

    [Fact]
    public async Task A_repeated_command_gets_its_first_answer_after_the_stream_moved_on()
    {
        await using var engine = new Aggregates(store, new EngineOptions());
        await Receive(engine, "key", 5);
        await Receive(engine, "other", 5);
        Assert.Equal(new CommandOutcome.Done(1, 1, true), await Receive(engine, "key", 5));
    }

    [Fact]
    public async Task A_command_id_used_for_another_request_is_refused()
    {
        await using var engine = new Aggregates(store, new EngineOptions());
        await Receive(engine, "key", 5);
        Assert.IsType<CommandOutcome.KeyReused>(await Receive(engine, "key", 6));
    }

    [Fact]
    public async Task A_refusal_is_repeated_although_the_rules_would_now_accept()
    {
        await using var engine = new Aggregates(store, new EngineOptions());
        var refused = Assert.IsType<CommandOutcome.Refused>(await Reserve(engine, "key"));
        await Receive(engine, "stock", 5);
        Assert.Equal(refused with { Replayed = true }, await Reserve(engine, "key"));
    }

    [Fact]
    public async Task A_stale_engine_that_would_refuse_looks_again_first()
    {
        await using var stale = new Aggregates(store, new EngineOptions());
        await using var other = new Aggregates(store, new EngineOptions());
        Assert.IsType<CommandOutcome.Refused>(await Reserve(stale, "first"));
        await Receive(other, "stock", 5);
        Assert.IsType<CommandOutcome.Done>(await Reserve(stale, "second"));
    }

    [Fact]
    public async Task A_stale_engine_decides_again_on_the_stream_as_it_is()
    {
        await using var one = new Aggregates(store, new EngineOptions());
        await using var two = new Aggregates(store, new EngineOptions());
        await Receive(one, "a", 5);
        await Receive(two, "b", 5);
        Assert.Equal(new CommandOutcome.Done(3, 3, false), await Receive(one, "c", 5));
        Assert.Equal(15, (await Load(two)).State.Available);
    }

    [Fact]
    public async Task A_version_that_the_caller_did_not_see_is_not_decided_on()
    {
        await using var stale = new Aggregates(store, new EngineOptions());
        await using var other = new Aggregates(store, new EngineOptions());
        await Receive(stale, "a", 5);
        await Receive(other, "b", 5);
        Assert.Equal(new CommandOutcome.VersionMismatch(2), await Receive(stale, "c", 5, ifVersion: 1));
        Assert.Equal(new CommandOutcome.Done(3, 3, false), await Receive(stale, "c", 5, ifVersion: 2));
        Assert.Equal(new CommandOutcome.Done(3, 3, true), await Receive(stale, "c", 5, ifVersion: 2));
    }

    [Fact]
    public async Task The_past_is_folded_by_version_and_by_time()
    {
        await using var engine = new Aggregates(store, new EngineOptions { SnapshotEvery = 10 });
        for (var i = 1; i <= 35; i++)
            await Receive(engine, $"{i}", 1, at: Now.AddMinutes(i));
        foreach (var version in (long[])[0, 1, 9, 10, 11, 34, 35])
        {
            var past = await engine.Load<StockState>("t", "tea", new PointInTime(version, null), CancellationToken.None);
            Assert.Equal((version, version), (past.Version, past.State.Available));
        }
        var noon = await engine.Load<StockState>("t", "tea", new PointInTime(null, Now.AddMinutes(7.5)), CancellationToken.None);
        Assert.Equal(7, noon.Version);
        var beyond = await engine.Load<StockState>("t", "tea", new PointInTime(99, null), CancellationToken.None);
        Assert.Equal(35, beyond.Version);
    }

    [Fact]
    public async Task A_long_stream_is_loaded_from_its_snapshot_with_the_same_result()
    {
        await using (var engine = new Aggregates(store, new EngineOptions { SnapshotEvery = 10 }))
        {
            for (var i = 1; i <= 25; i++)
                await Receive(engine, $"{i}", 1);
            await Eventually(async () => (await Snapshot())?.Head.Version == 20);
        }
        await using var fresh = new Aggregates(store, new EngineOptions { SnapshotEvery = 10 });
        Assert.Equal(new Loaded<long>(25, 25, 25), (await Load(fresh)) is var loaded
            ? new Loaded<long>(loaded.State.Available, loaded.Version, loaded.Position)
            : null);
        Assert.Equal(new CommandOutcome.Done(26, 26, false), await Receive(fresh, "next", 1));
    }

    [Fact]
    public async Task Tenants_with_the_same_ids_do_not_meet()
    {
        await using var engine = new Aggregates(store, new EngineOptions());
        await Receive(engine, "key", 5, tenant: "a");
        await Receive(engine, "key", 7, tenant: "b");
        Assert.Equal(5, (await Load(engine, "a")).State.Available);
        Assert.Equal(7, (await Load(engine, "b")).State.Available);
    }

    [Fact]
    public async Task A_cache_of_one_stream_gives_the_same_answers()
    {
        await using var engine = new Aggregates(store, new EngineOptions { CachedStreams = 1 });
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Receive(engine, $"{i}", 1, sku: $"sku{i % 7}")));
        var totals = await Task.WhenAll(Enumerable.Range(0, 7).Select(async i => (await Load(engine, "t", $"sku{i}")).State.Available));
        Assert.Equal(200, totals.Sum());
    }

    private static Task<CommandOutcome> Receive(
        Aggregates engine, string key, long quantity, long? ifVersion = null, string tenant = "t", string sku = "tea",
        DateTimeOffset? at = null) => engine.Execute(
        sku, new ReceiveStock(quantity, at ?? Now), Context(tenant, key, quantity, ifVersion), CancellationToken.None);

    private static Task<CommandOutcome> Reserve(Aggregates engine, string key) =>
        engine.Execute("tea", new ReserveStock("o", 1, Now), Context("t", key, 1, null), CancellationToken.None);

    private static CommandContext Context(string tenant, string key, long body, long? ifVersion) =>
        new(tenant, Ids.Derive(tenant, key), "test", Guid.Empty) { Fingerprint = [(byte)body], IfVersion = ifVersion };

    private static Task<Loaded<StockState>> Load(Aggregates engine, string tenant = "t", string sku = "tea") =>
        engine.Load<StockState>(tenant, sku, PointInTime.Latest, CancellationToken.None);

    private Task<Snapshot?> Snapshot() =>
        store.ReadSnapshot(new StreamName("t", "stock", "tea"), StateCatalog.SchemaOf<StockState>(), CancellationToken.None);

    private static async Task Eventually(Func<Task<bool>> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!await condition())
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
