using System.Text;
using Confluent.Kafka;
using OrleansOrders.Domain;

namespace OrleansOrders.Tests.Kafka.Support;

public sealed class MockClusterTests
{
    [Fact]
    public async Task A_message_goes_to_the_partition_that_our_own_arithmetic_names_and_comes_back_with_its_headers()
    {
        using var broker = new MockCluster();
        broker.CreateTopic("orders.order", PublishedEvents.Partitions);
        using var producer = new ProducerBuilder<string, string>(new ProducerConfig
        {
            BootstrapServers = broker.BootstrapServers,
            Partitioner = Partitioner.Murmur2Random,
        }).Build();
        foreach (var key in Enumerable.Range(0, 50).Select(number => $"order-{number:x8}"))
        {
            var headers = new Headers { { PublishedEvents.Headers.Id, Encoding.UTF8.GetBytes(key) } };
            var sent = await producer.ProduceAsync("orders.order", new Message<string, string> { Key = key, Value = "{}", Headers = headers });
            Assert.Equal(PublishedEvents.PartitionOf(key), sent.Partition.Value);
        }
        using var consumer = new ConsumerBuilder<string, string>(new ConsumerConfig
        {
            BootstrapServers = broker.BootstrapServers,
            GroupId = "test",
            FetchWaitMaxMs = 5,
        }).Build();
        consumer.Assign(new TopicPartitionOffset("orders.order", PublishedEvents.PartitionOf("order-00000007"), Offset.Beginning));
        var read = consumer.Consume(TimeSpan.FromSeconds(30));
        Assert.Equal(read.Message.Key, Encoding.UTF8.GetString(read.Message.Headers.GetLastBytes(PublishedEvents.Headers.Id)));
    }
}
