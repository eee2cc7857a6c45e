using Confluent.Kafka;
using Orleans.Runtime;
using OrleansOrders.Domain;
using OrleansOrders.Grains.Feed;
using OrleansOrders.Grains.KafkaStreams;
using OrleansOrders.Kafka;

namespace OrleansOrders.Grains.Projections;

/// <summary>Brings the events of a topic's partition to the grain that keeps that part of one read model.</summary>
internal sealed class ProjectionFormat(string projection) : IKafkaStreamFormat
{
    private readonly StreamId[] streams =
        [.. Enumerable.Range(0, PublishedEvents.Partitions).Select(partition => ProjectionStreams.Of(projection, partition))];

    public StreamId StreamOf(ConsumeResult<byte[], byte[]> message) => streams[message.Partition.Value];

    /// <exception cref="FormatException">The message is none of ours, or was damaged.</exception>
    public object Read(ConsumeResult<byte[], byte[]> message) => EventMessage.TryRead(message, out var published, out var reason)
        ? new PublishedLogEvent(FeedEvent.From(published.Recorded), published.PreviousPosition, published.Epoch)
        : throw new FormatException(reason);
}
