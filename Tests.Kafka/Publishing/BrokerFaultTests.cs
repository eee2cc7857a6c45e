using System.Text;
using Confluent.Kafka;
using OrleansOrders.Domain;
using OrleansOrders.EventStore;
using OrleansOrders.Kafka;
using OrleansOrders.Tests.Kafka.Support;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Kafka.Publishing;

/// <summary>What a broker may do: it is tried again for ever, the state is visible, and nothing is skipped.</summary>
public sealed class BrokerFaultTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_broker_that_is_down_from_the_start_is_waited_for()
    {
        await using var outbox = await Outbox.Open();
        outbox.Broker.GoDown();
        outbox.Publish();
        await outbox.Append(outbox.NewStream(), 10);
        var status = await outbox.Reaches(PublisherState.NoBroker);
        Assert.NotNull(status.Error);
        Assert.Equal((0, 10), (status.Position, status.Lag));
        outbox.Broker.ComeBack();
        using var tail = new TopicTail(outbox.Broker.BootstrapServers);
        await outbox.AssertPublished(tail);
        Assert.Null((await outbox.Reaches(PublisherState.Publishing)).Error);
    }

    [Fact]
    public async Task A_broker_that_goes_and_comes_back_gets_everything()
    {
        await using var outbox = await Outbox.Open();
        using var tail = new TopicTail(outbox.Broker.BootstrapServers);
        outbox.Publish();
        var streams = Enumerable.Range(0, 20).Select(_ => outbox.NewStream()).ToList();
        for (var round = 0; round < 3; round++)
        {
            foreach (var stream in streams)
                await outbox.Append(stream, 2);
            outbox.Broker.GoDown();
            foreach (var stream in streams)
                await outbox.Append(stream, 2);
            await outbox.Reaches(PublisherState.NoBroker);
            outbox.Broker.ComeBack();
            await outbox.AllPublished();
        }
        await outbox.AssertPublished(tail);
    }

    [Fact]
    public async Task A_slow_broker_and_one_that_refuses_for_now_get_everything_once_in_order()
    {
        await using var outbox = await Outbox.Open();
        using var tail = new TopicTail(outbox.Broker.BootstrapServers);
        // The mock takes what follows something that it has refused, which no broker does: so that nothing follows.
        outbox.Publish(outbox.Options with { Settings = new Dictionary<string, string> { ["max.in.flight"] = "1" } });
        outbox.Broker.SlowDown(TimeSpan.FromMilliseconds(50));
        int[] passing = [(int)ErrorCode.NotEnoughReplicas, (int)ErrorCode.NotLeaderForPartition, (int)ErrorCode.RequestTimedOut];
        outbox.Broker.Refuse(MockCluster.ProduceRequests, [.. passing, .. passing]);
        for (var number = 0; number < 20; number++)
            await outbox.Append(outbox.NewStream(), 3);
        await outbox.AssertPublished(tail);
    }

    [Fact]
    public async Task An_event_that_is_too_large_parks_its_own_stream_and_nothing_else_and_goes_out_in_order_when_it_is_asked_for()
    {
        await using var outbox = await Outbox.Open();
        using var tail = new TopicTail(outbox.Broker.BootstrapServers);
        var publisher = outbox.Publish(outbox.Options with { MessageBytes = 8 * 1024 });
        var (large, other) = (outbox.NewStream(), outbox.NewStream());
        await outbox.Append(large, 2);
        await outbox.Append(large, 1, dataBytes: 20_000);
        await outbox.Append(large, 2);
        await outbox.Append(other, 5);
        await outbox.AllPublished();
        Assert.Equal(1, (await outbox.ReadStatus()).Parked);
        await Eventually.True(() => tail.Count == 7);
        var parked = Assert.Single((await outbox.Letters.ReadParked(PublisherStatus.Consumer, 0, None))!.Value.Streams);
        Assert.Equal((large, 3), (parked.Stream, parked.Version));

        // Asking again while it is still too large leaves it waiting, one attempt later, also behind a new publisher.
        await outbox.Letters.RequestReplay(parked.LetterId, None);
        await Eventually.True(async () => await outbox.Database.Query<int>("select attempts from dead_letters") == 2);
        await outbox.Stop(publisher);
        await outbox.Append(large, 1);
        outbox.Publish();
        await outbox.Append(large, 1);
        await outbox.AllPublished();
        Assert.Equal(7, tail.Count);

        await outbox.Letters.RequestReplay(parked.LetterId, None);
        await Eventually.True(async () => (await outbox.ReadStatus()).Parked == 0);
        await outbox.Append(large, 1);
        await outbox.AssertPublished(tail, chained: false);
        Assert.Equal(13, tail.Count);
        Assert.Equal(0, await outbox.Database.Query<long>("select count(*) from kafka_waiting"));
    }

    [Fact]
    public async Task What_a_parked_stream_missed_goes_out_with_the_position_before_it_that_the_log_says()
    {
        await using var outbox = await Outbox.Open();
        using var tail = new TopicTail(outbox.Broker.BootstrapServers);
        outbox.Publish(outbox.Options with { MessageBytes = 8 * 1024 });
        var stream = outbox.NewStream();
        await outbox.Append(stream, 2);
        await outbox.Append(stream, 1, dataBytes: 20_000);
        await outbox.Append(stream, 1);
        await outbox.AllPublished();
        Assert.Equal(
            [(3L, 2L), (4L, 3L)],
            (await new PublisherLease(outbox.Database.DataSource, "looker").ReadWaiting(stream, None)).Select(one => (one.Position, one.PreviousPosition)));
    }

    [Fact]
    public async Task An_event_that_the_broker_itself_refuses_parks_its_stream_and_the_others_are_sent_again()
    {
        await using var outbox = await Outbox.Open();
        using var tail = new TopicTail(outbox.Broker.BootstrapServers);
        var streams = Enumerable.Range(0, 10).Select(_ => outbox.NewStream()).ToList();
        foreach (var stream in streams)
            await outbox.Append(stream, 3);
        outbox.Broker.Refuse(MockCluster.ProduceRequests, [.. Enumerable.Repeat((int)ErrorCode.MsgSizeTooLarge, 12)]);
        outbox.Publish();
        await outbox.AllPublished();
        foreach (var letter in (await outbox.Letters.ReadParked(PublisherStatus.Consumer, 0, None))?.Streams ?? [])
            await outbox.Letters.RequestReplay(letter.LetterId, None);
        await Eventually.True(async () => (await outbox.ReadStatus()).Parked == 0);
        await outbox.AssertPublished(tail, chained: false);
    }

    [Fact]
    public async Task Topics_with_too_few_parts_stop_it_visibly_until_they_are_mended()
    {
        await using var outbox = await Outbox.Open(topics: false);
        outbox.CreateTopics(partitions: 4);
        outbox.Publish();
        await outbox.Append(outbox.NewStream(), 10);
        var status = await outbox.Reaches(PublisherState.Blocked);
        Assert.Contains("orders.order (4)", status.Error, StringComparison.Ordinal);
        Assert.Equal(0, status.Position);
        foreach (var topic in PublishedEvents.Topics.Append(PublishedEvents.DeadLetterTopic))
            outbox.Broker.DeleteTopic(topic);
        outbox.CreateTopics();
        using var tail = new TopicTail(outbox.Broker.BootstrapServers);
        await outbox.AssertPublished(tail);
    }

    [Fact]
    public async Task Of_topics_with_more_parts_the_first_ones_are_used_and_somebody_is_told()
    {
        await using var outbox = await Outbox.Open(topics: false);
        outbox.CreateTopics(partitions: 12);
        outbox.Publish();
        for (var number = 0; number < 30; number++)
            await outbox.Append(outbox.NewStream());
        using var tail = new TopicTail(outbox.Broker.BootstrapServers);
        await outbox.AssertPublished(tail);
        await Eventually.True(async () => (await outbox.ReadStatus()).Warning?.Contains("orders.order (12)", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Messages_of_others_on_our_topics_are_in_nobodys_way()
    {
        await using var outbox = await Outbox.Open();
        using (var stranger = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = outbox.Broker.BootstrapServers }).Build())
        {
            for (var partition = 0; partition < PublishedEvents.Partitions; partition++)
                await stranger.ProduceAsync(new TopicPartition("orders.order", partition), new Message<byte[], byte[]> { Value = Encoding.UTF8.GetBytes("?") });
        }
        await outbox.Append(outbox.NewStream(), 10);
        outbox.Publish();
        await outbox.AllPublished();
        Assert.Equal(0, (await outbox.ReadStatus()).AheadBy);
    }

    [Fact]
    public async Task Topics_that_are_ahead_of_a_restored_database_stop_it_until_a_person_accepts_that()
    {
        await using var outbox = await Outbox.Open();
        var first = outbox.Publish();
        await outbox.Append(outbox.NewStream(), 3);
        await outbox.Append(outbox.NewStream(), 7);
        await outbox.AllPublished();
        await outbox.Stop(first);
        // The database of an earlier moment.
        await outbox.Database.Execute("""
            delete from events where position > 3; delete from streams where position > 3; update log set position = 3;
            update kafka_publisher set position = 3; update kafka_partitions set last_position = 3 where last_position = 3;
            delete from kafka_partitions where last_position > 3
            """);
        await using var restored = new PostgresEventStore(outbox.Database.DataSource, new EventStoreOptions(), TimeProvider.System);
        outbox.Publish(store: restored);
        var status = await outbox.Reaches(PublisherState.Ahead);
        Assert.Equal((3, 7), (status.Position, status.AheadBy));
        await outbox.Append(outbox.NewStream(), 2);
        Assert.Equal(3, (await outbox.ReadStatus()).Position);
        Assert.Equal(1, await new TopicsAhead(outbox.Database.DataSource).Accept("the operator", "restored after a disk failure", None));
        await Eventually.True(async () => await outbox.ReadStatus() is { Position: 5, Lag: 0, AheadBy: 0, State: PublisherState.Publishing });
    }
}
