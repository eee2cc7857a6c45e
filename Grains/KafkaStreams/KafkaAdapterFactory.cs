using System.Collections.Frozen;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Streams;

namespace OrleansOrders.Grains.KafkaStreams;

/// <summary>What Orleans asks a stream provider for. One partition is one queue.</summary>
internal sealed class KafkaAdapterFactory(string name, KafkaStreamOptions options, ILoggerFactory logging)
    : IQueueAdapterFactory, IQueueAdapter, IQueueAdapterCache
{
    private readonly PartitionMapper mapper = new(name, options.Topics);
    private readonly PartitionedConsumer consumer = new(options, logging.CreateLogger(typeof(PartitionedConsumer).FullName! + "." + name));

    public string Name => name;

    public bool IsRewindable => false;

    public StreamProviderDirection Direction => StreamProviderDirection.ReadOnly;

    public Task<IQueueAdapter> CreateAdapter() => Task.FromResult<IQueueAdapter>(this);

    public IQueueAdapterCache GetQueueAdapterCache() => this;

    public IStreamQueueMapper GetStreamQueueMapper() => mapper;

    /// <summary>Asked only when a delivery was given up, which happens when the silo stops: whoever is next reads the event again.</summary>
    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) =>
        Task.FromResult<IStreamFailureHandler>(new NoOpStreamDeliveryFailureHandler());

    public IQueueAdapterReceiver CreateReceiver(QueueId queueId) => new PartitionReceiver(mapper.PartitionOf(queueId), consumer, options);

    public IQueueCache CreateQueueCache(QueueId queueId) => new PartitionCache(options);

    public Task QueueMessageBatchAsync<T>(
        StreamId streamId, IEnumerable<T> events, StreamSequenceToken token, Dictionary<string, object> requestContext) =>
        throw new NotSupportedException($"{name} is read-only: events reach the topic from the log.");
}

/// <summary>Which partition a queue is.</summary>
internal sealed class PartitionMapper : IStreamQueueMapper
{
    private readonly FrozenDictionary<QueueId, TopicPartition> partitions;

    public PartitionMapper(string name, IDictionary<string, int> topics) => partitions = (
        from topic in topics
        from number in Enumerable.Range(0, topic.Value)
        select (Queue: QueueId.GetQueueId($"{name}-{topic.Key}", (uint)number, (uint)number), new TopicPartition(topic.Key, number)))
        .ToFrozenDictionary(entry => entry.Queue, entry => entry.Item2);

    public TopicPartition PartitionOf(QueueId queue) => partitions[queue];

    public IEnumerable<QueueId> GetAllQueues() => partitions.Keys;

    /// <summary>Nothing is ever written, so that nobody needs to know.</summary>
    public QueueId GetQueueForStream(StreamId streamId) => throw new NotSupportedException("The provider is read-only.");
}
