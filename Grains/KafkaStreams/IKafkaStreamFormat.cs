using Confluent.Kafka;
using Orleans.Runtime;

namespace OrleansOrders.Grains.KafkaStreams;

/// <summary>How messages become events of streams. Called on the provider's own thread: it must not block.</summary>
public interface IKafkaStreamFormat
{
    /// <summary>
    /// The stream that a message belongs to. Of one partition's messages, those of one stream are delivered in order. It
    /// must answer for any message, readable or not; what it throws is taken as "the stream named after the partition".
    /// </summary>
    StreamId StreamOf(ConsumeResult<byte[], byte[]> message);

    /// <summary>
    /// The event: serializable by Orleans, and immutable. What it throws makes the message an unreadable one, which is
    /// delivered with the exception's message in place of the event.
    /// </summary>
    object Read(ConsumeResult<byte[], byte[]> message);
}
