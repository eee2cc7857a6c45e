using System.Text.Json;
using Confluent.Kafka;
using OrleansOrders.Domain;
using OrleansOrders.EventStore;
using OrleansOrders.Tests.Kafka.Support;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Kafka.Publishing;

public sealed class LetterRelayTests
{
    [Fact]
    public async Task Every_parked_stream_is_told_of_once_on_the_topic_of_dead_letters()
    {
        await using var outbox = await Outbox.Open();
        var parked = new List<Guid>();
        for (var i = 0; i < 3; i++)
        {
            var stream = outbox.NewStream();
            await outbox.Append(stream);
            parked.Add(await outbox.Letters.Park(
                new PoisonEvent("order_details", stream, 1, i + 1, Guid.NewGuid(), "order-changed.v1", "nobody knows this event"), default));
        }
        var first = outbox.Publish();
        await Eventually.True(async () => await outbox.Database.Query<long>("select count(*) from dead_letters where announced_at is null") == 0);
        await outbox.Stop(first);
        outbox.Publish(); // which finds nothing left to tell
        await outbox.AllPublished();

        var told = Read(outbox.Broker.BootstrapServers, 3);
        Assert.Equal(parked.Order(), told.Select(letter => letter.GetProperty("id").GetGuid()).Order());
        Assert.All(told, letter => Assert.Equal(
            ("order_details", "default", 1, "nobody knows this event"),
            (letter.GetProperty("consumer").GetString(), letter.GetProperty("tenant").GetString(), letter.GetProperty("version").GetInt32(),
                letter.GetProperty("cause").GetString())));
    }

    private static List<JsonElement> Read(string servers, int count)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = servers, GroupId = "letters", FetchWaitMaxMs = 5, EnablePartitionEof = true,
        }).Build();
        consumer.Assign(Enumerable.Range(0, PublishedEvents.Partitions)
            .Select(number => new TopicPartitionOffset(PublishedEvents.DeadLetterTopic, number, Offset.Beginning)));
        var letters = new List<JsonElement>();
        var ends = new HashSet<TopicPartition>();
        while (ends.Count < PublishedEvents.Partitions)
        {
            var read = consumer.Consume(TimeSpan.FromSeconds(30));
            if (read.IsPartitionEOF)
                ends.Add(read.TopicPartition);
            else
                letters.Add(JsonDocument.Parse(read.Message.Value).RootElement);
        }
        Assert.Equal(count, letters.Count);
        return letters;
    }
}
