using OrleansOrders.Grains.KafkaStreams;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cluster.KafkaStreams;

/// <summary>The stream provider, with Orleans' own pulling agents and a broker that speaks Kafka's protocol.</summary>
public sealed class KafkaStreamTests
{
    [Fact]
    public async Task Every_message_reaches_its_stream_in_order_and_is_committed()
    {
        await using var streams = new StreamsUnderTest();
        string[] keys = ["a", "b", "c", "d", "e", "f"];
        foreach (var key in keys)
            streams.Send(key, 0, 300);
        await streams.StartSilo();
        foreach (var key in keys)
            streams.Send(key, 300, 300);
        await Until(() => streams.Collected.Count == keys.Length * 600);
        foreach (var key in keys)
            Assert.Equal(StreamsUnderTest.Numbers(0, 600), streams.Collected.Texts(key));
        await Until(() => streams.Committed() == keys.Length * 600);
    }

    [Fact]
    public async Task What_a_consumer_does_not_take_is_brought_again_and_nothing_behind_it_is_committed()
    {
        await using var streams = new StreamsUnderTest();
        var isBroken = true;
        streams.Collected.Before = (key, item) => isBroken && key == "a" && (string?)item.Event == "10"
            ? throw new InvalidOperationException("not now")
            : Task.CompletedTask;
        streams.Send("a", 0, 50);
        streams.Send("b", 0, 50);
        var first = await streams.StartSilo();
        await Until(() => streams.Collected.Texts("b").Count == 50 && streams.Collected.FirstTexts("a").Count == 10);
        await streams.StopSilo(first);
        Assert.InRange(streams.Committed(), 0, 60);

        isBroken = false;
        await streams.StartSilo();
        await Until(() => streams.Collected.FirstTexts("a").Count == 50);
        Assert.Equal(StreamsUnderTest.Numbers(0, 50), streams.Collected.FirstTexts("a"));
        await Until(() => streams.Committed() == 100);
    }

    [Fact]
    public async Task What_cannot_be_read_is_brought_as_such_and_the_rest_flows()
    {
        await using var streams = new StreamsUnderTest();
        await streams.StartSilo();
        streams.Send("a", 0, 5);
        streams.Send("a", []);
        streams.Send("a", 5, 5);
        await Until(() => streams.Collected.Texts("a").Count == 11);
        string[] expected = [.. StreamsUnderTest.Numbers(0, 5), "unreadable: it has no value", .. StreamsUnderTest.Numbers(5, 5)];
        Assert.Equal(expected, streams.Collected.Texts("a"));
    }

    [Fact]
    public async Task A_consumer_that_waits_holds_up_the_reading_of_its_partition_and_of_no_other()
    {
        await using var streams = new StreamsUnderTest();
        var gate = new TaskCompletionSource();
        var (slow, quick) = KeysOfTwoPartitions();
        streams.Collected.Before = (key, _) => key == slow ? gate.Task : Task.CompletedTask;
        var silo = await streams.StartSilo(options => (options.MessagesInMemory, options.MessagesPerCall) = (100, 10));
        streams.Send(slow, 0, 5_000);
        streams.Send(quick, 0, 5_000);
        await Until(() => streams.Collected.Texts(quick).Count == 5_000);
        Assert.Empty(streams.Collected.Texts(slow));
        gate.SetResult();
        await Until(() => streams.Collected.FirstTexts(slow).Count == 5_000);
        Assert.Equal(StreamsUnderTest.Numbers(0, 5_000), streams.Collected.FirstTexts(slow));
    }

    [Fact]
    public async Task Partitions_move_between_silos_and_nothing_is_lost()
    {
        await using var streams = new StreamsUnderTest();
        string[] keys = ["a", "b", "c", "d", "e", "f"];
        await streams.StartSilo();
        foreach (var key in keys)
            streams.Send(key, 0, 100);
        var second = await streams.StartSilo();
        foreach (var key in keys)
            streams.Send(key, 100, 100);
        await streams.StopSilo(second);
        foreach (var key in keys)
            streams.Send(key, 200, 100);
        await Until(() => streams.Collected.Count == keys.Length * 300);
        foreach (var key in keys)
            Assert.Equal(StreamsUnderTest.Numbers(0, 300), streams.Collected.FirstTexts(key).OrderBy(int.Parse));
    }

    [Fact]
    public async Task A_silo_starts_without_the_broker_and_reads_when_it_is_there()
    {
        await using var streams = new StreamsUnderTest();
        streams.Send("a", 0, 10);
        streams.Broker.GoDown();
        await streams.StartSilo();
        streams.Broker.ComeBack();
        await Until(() => streams.Collected.Texts("a").Count == 10);
        streams.Broker.GoDown();
        streams.Broker.ComeBack();
        streams.Send("a", 10, 10);
        await Until(() => streams.Collected.FirstTexts("a").Count == 20);
    }

    private static (string, string) KeysOfTwoPartitions()
    {
        // Kafka's own choice for these keys; the topic has four partitions, ours eight.
        var keys = Enumerable.Range(0, 100).Select(number => $"key{number}").ToList();
        var other = keys.First(key => OrleansOrders.Domain.PublishedEvents.PartitionOf(key) % 4 != OrleansOrders.Domain.PublishedEvents.PartitionOf(keys[0]) % 4);
        return (keys[0], other);
    }

    private static Task Until(Func<bool> condition) => Eventually.True(condition, StreamsUnderTest.Patience);
}
