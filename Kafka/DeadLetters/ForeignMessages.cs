using System.Globalization;
using System.Text;
using Confluent.Kafka;
using OrleansOrders.Domain;

namespace OrleansOrders.Kafka;

/// <summary>
/// Where messages go that are none of ours or cannot be understood: to the topic of dead letters, as they are, with where
/// they came from and why. They belong to no stream of the log, so that none waits for them.
/// </summary>
internal sealed class ForeignMessages(KafkaOptions options, string consumer) : IDisposable
{
    private readonly Lazy<IProducer<byte[], byte[]>> producer = new(() => Create(options));

    /// <summary>Returns when the broker has it. Again is harmless: the same place in the same topic is the same message.</summary>
    /// <exception cref="KafkaException">The broker does not take it now.</exception>
    public Task Report(ConsumeResult<byte[], byte[]> consumed, string reason, CancellationToken cancellation)
    {
        var headers = new Headers();
        foreach (var header in consumed.Message.Headers ?? [])
            headers.Add(header.Key, header.GetValueBytes());
        Add(headers, PublishedEvents.DeadLetterHeaders.Consumer, consumer);
        Add(headers, PublishedEvents.DeadLetterHeaders.Topic, consumed.Topic);
        Add(headers, PublishedEvents.DeadLetterHeaders.Partition, consumed.Partition.Value.ToString(CultureInfo.InvariantCulture));
        Add(headers, PublishedEvents.DeadLetterHeaders.Offset, consumed.Offset.Value.ToString(CultureInfo.InvariantCulture));
        Add(headers, PublishedEvents.DeadLetterHeaders.Cause, reason);
        var message = new Message<byte[], byte[]> { Key = consumed.Message.Key, Value = consumed.Message.Value, Headers = headers };
        return producer.Value.ProduceAsync(PublishedEvents.DeadLetterTopic, message, cancellation);
    }

    public void Dispose()
    {
        if (producer.IsValueCreated)
            producer.Value.Dispose();
    }

    private static IProducer<byte[], byte[]> Create(KafkaOptions options)
    {
        var config = options.Configure(settings => new ProducerConfig(settings));
        (config.Acks, config.MessageMaxBytes, config.MessageTimeoutMs) = (Acks.All, options.MessageBytes + (64 * 1024), 10_000);
        return new ProducerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
    }

    private static void Add(Headers headers, string name, string value) => headers.Add(name, Encoding.UTF8.GetBytes(value));
}
