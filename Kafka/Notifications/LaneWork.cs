using Confluent.Kafka;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine.Notifications;
using OrleansOrders.EventStore;

namespace OrleansOrders.Kafka;

/// <summary>What the lanes of one consumer do with what they have.</summary>
/// <param name="Store">Notes an offset as done; it is committed with the next ones.</param>
/// <param name="Failed">Told of every failed attempt.</param>
internal sealed record LaneWork(
    NotificationStreams Streams, ForeignMessages Foreign, Action<TopicPartitionOffset> Store, Action<string, Exception> Failed,
    Action<TopicPartitionOffset, string> NotOurs, TimeProvider Time)
{
    public Task Refresh(CancellationToken cancellation) => Streams.Refresh(cancellation);

    /// <returns>The event's position in the log; 0 when the message is none of ours.</returns>
    public async Task<long> Take(ConsumeResult<byte[], byte[]> message, CancellationToken cancellation)
    {
        if (EventMessage.TryRead(message, out var published, out var reason))
        {
            var recorded = published.Recorded;
            LogSubject.Current?.Is(
                recorded.Stream.Tenant, recorded.Stream.Id, () => EventTrace.Find(recorded.Metadata)?.TraceId.ToHexString());
            await Streams.Take(published.Recorded, cancellation);
            return published.Recorded.Position;
        }
        await Foreign.Report(message, reason, cancellation);
        NotOurs(message.TopicPartitionOffset, reason);
        return 0;
    }

    public Task Replay(ParkedStream stream, CancellationToken cancellation) => Streams.Replay(stream, cancellation);

    /// <summary>Where a stream's events are.</summary>
    public static TopicPartition PartOf(StreamName stream) =>
        new(PublishedEvents.TopicOf(stream.Type), PublishedEvents.PartitionOf(stream.StreamId));
}
