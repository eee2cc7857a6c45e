using OrleansOrders.Domain;

namespace OrleansOrders.Tests.Domain;

public sealed class PublishedEventsTests
{
    // The hashes are those of Kafka's own client for the same texts (UtilsTest.testMurmur2), made positive, modulo 8.
    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    public void A_stream_is_in_the_partition_that_kafkas_own_client_would_choose(string key, int hash) =>
        Assert.Equal((hash & 0x7fffffff) % PublishedEvents.Partitions, PublishedEvents.PartitionOf(key));

    [Fact]
    public void Streams_spread_over_all_partitions()
    {
        var counts = new int[PublishedEvents.Partitions];
        for (var i = 0; i < 8_000; i++)
            counts[PublishedEvents.PartitionOf($"order-{i}")]++;
        Assert.All(counts, count => Assert.InRange(count, 800, 1_200));
    }

    [Fact]
    public void Every_kind_of_stream_has_a_topic_of_its_own()
    {
        string[] topics = ["orders.customer", "orders.fulfilment", "orders.order", "orders.payment", "orders.shipment", "orders.stock"];
        Assert.Equal(topics, PublishedEvents.Topics);
        Assert.Equal("orders.order", PublishedEvents.TopicOf("order"));
    }
}
