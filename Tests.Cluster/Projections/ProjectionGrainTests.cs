using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;
using OrleansOrders.Grains;
using OrleansOrders.Hosting;
using OrleansOrders.Kafka;
using OrleansOrders.ReadModels;
using OrleansOrders.Tests.Cluster.Support;
using OrleansOrders.Tests.Kafka.Support;
using OrleansOrders.Tests.ReadModels.Support;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cluster.Projections;

/// <summary>Read models that nobody but projection grains keeps: out to the broker and back.</summary>
public sealed class ProjectionGrainTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly MockCluster broker = new();
    private TestDatabase database = null!;
    private PostgresEventStore store = null!;

    public async Task InitializeAsync()
    {
        foreach (var topic in PublishedEvents.Topics.Append(PublishedEvents.DeadLetterTopic))
            broker.CreateTopic(topic, PublishedEvents.Partitions);
        database = await TestDatabase.Create([.. Schema.Sets]);
        store = new PostgresEventStore(database.DataSource, new EventStoreOptions(), TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        await store.DisposeAsync();
        await database.DisposeAsync();
        broker.Dispose();
    }

    [Fact]
    public async Task The_grains_give_the_rows_that_the_log_folds_to()
    {
        await using var silo = await Start();
        await new RandomHistory(store, 21).Append(600);
        await CatchUp(silo);
        await AssertEqualToFold();
        await Eventually.True(async () => (await silo.ReadModels.ListConsumers(default))
            .Count(status => status is { Name: "publisher" or "notifications", LagEvents: 0 }) == 2, Patience);
    }

    [Fact]
    public async Task A_history_from_before_the_broker_is_published_and_applied_once()
    {
        var history = new RandomHistory(store, 22);
        await history.Append(400);
        await using (var before = await TestSilo.Start(database, options: new OrdersSiloOptions(database.ConnectionString) { ReadsFeed = false }))
            await CatchUp(before);
        await using var silo = await Start();
        await history.Append(200);
        await CatchUp(silo);
        await AssertEqualToFold();
    }

    [Fact]
    public async Task Foreign_and_damaged_messages_are_passed_over_and_nothing_of_ours_is()
    {
        await using var silo = await Start();
        using var producer = new Confluent.Kafka.ProducerBuilder<byte[], byte[]>(
            new Confluent.Kafka.ProducerConfig { BootstrapServers = broker.BootstrapServers, LingerMs = 0 }).Build();
        var history = new RandomHistory(store, 23);
        for (var i = 0; i < 20; i++)
        {
            foreach (var topic in PublishedEvents.Topics)
                await producer.ProduceAsync(topic, new() { Key = [1, 2, (byte)i], Value = [0xff, 0xfe, (byte)i] });
            await history.Append(10);
        }
        await CatchUp(silo);
        await AssertEqualToFold();
    }

    [Fact]
    public Task A_read_database_that_is_away_for_a_while_is_waited_for_and_no_event_is_skipped() => LoseReadDatabase(TimeSpan.FromSeconds(2));

    /// <summary>Orleans gives a delivery up after one minute, unless it is told otherwise.</summary>
    [Fact, Trait("tier", "faults")]
    public Task A_read_database_that_is_away_for_two_minutes_is_waited_for_and_no_event_is_skipped() => LoseReadDatabase(TimeSpan.FromMinutes(2));

    private async Task LoseReadDatabase(TimeSpan length)
    {
        await using var proxy = new TestDatabaseProxy(database.ConnectionString);
        await using var silo = await Start(proxy.ConnectionString);
        var history = new RandomHistory(store, 24);
        await history.Append(100);
        await CatchUp(silo);
        proxy.GoDown();
        await history.Append(200);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await Eventually.True(() => clock.Elapsed >= length, length + Patience);
        Assert.Equal(0, await database.Query<long>("select log.position - published.position from log, kafka_publisher published"));
        proxy.AcceptConnections();
        await CatchUp(silo);
        await AssertEqualToFold();
    }

    private Task<TestSilo> Start(string? readModels = null) => TestSilo.Start(
        database, options: new OrdersSiloOptions(database.ConnectionString)
        {
            ReadsFeed = false,
            Kafka = new KafkaOptions { BootstrapServers = broker.BootstrapServers },
        }, readModels: readModels);

    private async Task CatchUp(TestSilo silo)
    {
        var end = await store.ReadEnd(default);
        foreach (var projection in ReadModelCatalog.All)
            Assert.True(await silo.ReadModels.WaitFor(projection.Name, end, Patience, default), $"{projection.Name} did not reach {end}.");
    }

    private async Task AssertEqualToFold()
    {
        foreach (var projection in ReadModelCatalog.All)
            Assert.Equal(await TableRows.InMemory(store, projection.Name), await TableRows.InDatabase(database, projection.Name));
    }
}
