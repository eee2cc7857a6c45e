using Confluent.Kafka;

namespace OrleansOrders.Kafka;

/// <summary>
/// The idempotent producer. A message that was handed over is tried for ever: it is delivered, or refused, or this sender
/// is disposed.
/// </summary>
internal sealed class Sender : IDisposable
{
    /// <summary>Larger than the largest batch, and refused alone: whether it fits is known before anything follows it.</summary>
    public const int LargeMessage = 64 * 1024;

    private const int MostInFlight = 5;

    private readonly IProducer<byte[], byte[]> producer;

    /// <param name="onTrouble">Told when no broker can be reached, in words.</param>
    public Sender(KafkaOptions options, Action<string> onTrouble)
    {
        var config = options.Configure(settings => new ProducerConfig(settings)
        {
            CompressionType = settings.TryGetValue("compression.type", out var chosen) ? Enum.Parse<CompressionType>(chosen, true) : CompressionType.Lz4,
        });
        config.EnableIdempotence = true;
        config.Acks = Acks.All;
        // Of more than five, brokers cannot tell whether one is missing before another.
        config.MaxInFlight = Math.Min(config.MaxInFlight ?? MostInFlight, MostInFlight);
        // For ever: an event that is given up would be skipped.
        config.MessageTimeoutMs = 0;
        config.MessageSendMaxRetries = int.MaxValue;
        config.LingerMs = 2;
        config.MessageMaxBytes = options.MessageBytes;
        // No batch is refused for its size then, only a message.
        config.BatchSize = 8 * LargeMessage;
        config.QueueBufferingMaxMessages = 2 * options.InFlightEvents;
        config.QueueBufferingMaxKbytes = 2 * (options.InFlightBytes / 1024);
        config.StickyPartitioningLingerMs = 0;
        config.ReconnectBackoffMs = 50;
        config.ReconnectBackoffMaxMs = 1000;
        config.DeliveryReportFields = "status";
        producer = new ProducerBuilder<byte[], byte[]>(config)
            .SetErrorHandler((_, error) =>
            {
                if (error.Code is ErrorCode.Local_AllBrokersDown or ErrorCode.Local_Authentication or ErrorCode.Local_Ssl)
                    onTrouble(error.Reason);
            })
            .SetLogHandler((_, _) => { })
            .Build();
    }

    /// <summary>No repetition helps: the message itself is what the broker does not want.</summary>
    public static bool IsRefusal(Error error) =>
        error.Code is ErrorCode.MsgSizeTooLarge or ErrorCode.InvalidRecord or ErrorCode.InvalidTimestamp or ErrorCode.PolicyViolation;

    /// <summary>Hands a message over. What became of it is told once, on the client's own thread.</summary>
    /// <returns>Why it cannot even be handed over; null when it was.</returns>
    public Error? Send(string topic, int partition, Message<byte[], byte[]> message, Action<DeliveryReport<byte[], byte[]>> onDelivered)
    {
        try
        {
            producer.Produce(new TopicPartition(topic, partition), message, onDelivered);
            return null;
        }
        catch (ProduceException<byte[], byte[]> refused)
        {
            return refused.Error;
        }
    }

    /// <summary>What is on its way may arrive or not.</summary>
    public void Dispose() => producer.Dispose();
}
