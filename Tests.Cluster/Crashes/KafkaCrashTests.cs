using OrleansOrders.Domain;
using OrleansOrders.Tests.Kafka.Support;
using OrleansOrders.Tests.Support;
using Xunit.Abstractions;

namespace OrleansOrders.Tests.Cluster.Crashes;

/// <summary>The cluster with a broker: every event goes out, and projection grains keep the read models from what comes back.</summary>
public sealed class PublishingProcesses : ClusterProcesses
{
    internal MockCluster Broker { get; } = new();

    private protected override (string Name, string Value)[] Environment => [("ORDERS_KAFKA", Broker.BootstrapServers)];

    public override async Task InitializeAsync()
    {
        foreach (var topic in PublishedEvents.Topics.Append(PublishedEvents.DeadLetterTopic))
            Broker.CreateTopic(topic, PublishedEvents.Partitions);
        await base.InitializeAsync();
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Broker.Dispose();
    }
}

/// <summary>Silos are killed while customers order, and in the end the read models are what the log folds to. What brokers do is in docs/faults.md.</summary>
public sealed class KafkaCrashTests(PublishingProcesses cluster, ITestOutputHelper output) : IClassFixture<PublishingProcesses>, IAsyncLifetime
{
    private OrderLoad load = null!;

    public async Task InitializeAsync()
    {
        await cluster.Restore(2);
        load = await OrderLoad.Start(cluster.Client);
        await load.Continue(10);
    }

    public async Task DisposeAsync() => await load.DisposeAsync();

    [Fact, Trait("tier", "faults")]
    public async Task Silos_that_are_killed_one_after_another_leave_read_models_that_equal_the_log()
    {
        var rounds = int.TryParse(Environment.GetEnvironmentVariable("ORDERS_TEST_ROUNDS"), out var asked) ? asked : 3;
        for (var round = 1; round <= rounds; round++)
        {
            await load.Continue(10);
            var end = await Judge.End(cluster.Database);
            // When they have seen that, the publisher and all partitions have moved to silos that are there.
            await Eventually.True(() => Judge.HaveSeen(cluster.Database, end), TimeSpan.FromSeconds(120));
            await cluster.Silos[round % 2].Kill();
            await cluster.Restore(2);
        }
        await Finish();
    }

    private async Task Finish()
    {
        await load.Stop();
        await Judge.AssertNothingLost(cluster, load);
        Assert.Equal(8 * 6, await cluster.Database.Query<long>("select count(*) from projections where name ~ '/'"));
        var published = await cluster.Database.Query<long>("select position from kafka_publisher");
        output.WriteLine($"{load.Acknowledged.Count} orders acknowledged, {load.NotAnswered} sendings repeated, {published} events published.");
    }
}
