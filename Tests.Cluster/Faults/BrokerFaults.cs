using Confluent.Kafka;
using OrleansOrders.Kafka;
using OrleansOrders.Tests.Faults;
using OrleansOrders.Tests.Kafka.Support;
using OrleansOrders.Tests.Support;
using Xunit.Abstractions;
using BrokerError = Confluent.Kafka.ErrorCode;

namespace OrleansOrders.Tests.Cluster.Faults;

/// <summary>What a broker may do: orders go on without it, everything reaches it in the end, and the read models follow.</summary>
public sealed class BrokerFaults(ITestOutputHelper output) : FaultTest(output)
{
    // A broker refuses what follows something that it has refused, by its sequence number. The mock takes it, and the client then
    // counts the first as taken as well: so that nothing follows.
    private const string OneByOne = "max.in.flight=1";

    private static readonly TimeSpan Frozen = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenRebalances = TimeSpan.FromSeconds(5);

    [Fault("the broker is down")]
    public Task A_broker_that_is_down_holds_up_no_order() => Do(async (shop, shoppers) =>
    {
        shop.Broker!.GoDown();
        await shoppers.Continue(60);
        shop.Broker.ComeBack();
    });

    [Fault("the broker is frozen")]
    public Task A_broker_that_is_frozen_holds_up_no_order() => Do(async (shop, shoppers) =>
    {
        shop.Broker!.SlowDown(Frozen);
        await shoppers.Continue(60);
        shop.Broker.SlowDown(TimeSpan.Zero);
    });

    [Fault("the broker refuses")]
    public Task A_broker_that_refuses_for_a_while_gets_everything() => Do(async (shop, shoppers) =>
    {
        BrokerError[] passing = [BrokerError.NotEnoughReplicas, BrokerError.NotLeaderForPartition, BrokerError.RequestTimedOut];
        for (var round = 0; round < 3; round++)
        {
            shop.Broker!.Refuse(MockCluster.ProduceRequests, [.. Enumerable.Range(0, 20).Select(number => (int)passing[number % passing.Length])]);
            await shoppers.Continue(20);
        }
    }, OneByOne);

    [Fault("the broker duplicates")]
    public Task Messages_that_come_twice_have_no_second_effect() => Do(async (shop, shoppers) =>
    {
        using var source = new TopicTail(shop.Broker!.BootstrapServers);
        using var copier = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = shop.Broker.BootstrapServers }).Build();
        var copied = 0;
        for (var round = 0; round < 3; round++)
        {
            await shoppers.Continue(20);
            var read = source.Messages;
            // Every third, old ones too; some of them for the second time.
            foreach (var message in read.Where((_, index) => index % 3 == round))
            {
                await copier.ProduceAsync(message.TopicPartition, message.Message);
                copied++;
            }
        }
        Assert.True(copied > 50, $"only {copied} messages were copied");
        await shop.Silos[0].Kill();
        await shop.AddSilo();
    });

    [Fault("partitions move every 5 s")]
    public Task Partitions_that_move_every_5_s_lose_nothing() => Do(async (shop, shoppers) =>
    {
        for (var round = 0; round < 3; round++)
        {
            // A stranger takes his share of the group's parts and does nothing with it; then a silo comes, and takes of everything.
            using (var stranger = Join(shop.Broker!))
                await Consume(stranger, BetweenRebalances);
            var silo = await shop.AddSilo();
            await Task.Delay(BetweenRebalances);
            await shoppers.Continue(10);
            Assert.Equal(0, await silo.Terminate());
        }
    });

    private Task Do(Func<ClusterShop, Shoppers, Task> fault, string setting = "", [System.Runtime.CompilerServices.CallerMemberName] string test = "") =>
        Run(() => ClusterShop.OpenPublishing(setting), fault, test: test);

    private static IConsumer<byte[], byte[]> Join(MockCluster broker)
    {
        var stranger = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = broker.BootstrapServers, GroupId = "orders.notifications", EnableAutoCommit = false,
            // As the others of the group, which all share one way.
            PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
        }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        stranger.Subscribe(["orders.order", "orders.payment"]);
        return stranger;
    }

    private static Task Consume(IConsumer<byte[], byte[]> stranger, TimeSpan time) => Task.Run(() =>
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (clock.Elapsed < time)
            stranger.Consume(TimeSpan.FromMilliseconds(100));
        stranger.Close();
    });
}
