using System.Collections.Concurrent;
using Confluent.Kafka;
using OrleansOrders.Domain;

namespace OrleansOrders.Tests.Kafka.Support;

/// <summary>
/// Reads all parts of all topics from their first message on, while others write: the mock cluster keeps little. A hole in
/// the offsets is an error, so that what was dropped before it was read cannot pass for something that was never there.
/// </summary>
internal sealed class TopicTail : IDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentQueue<ConsumeResult<byte[], byte[]>> read = new();
    private readonly Thread thread;
    private readonly string bootstrapServers;
    private long count;

    public TopicTail(string bootstrapServers)
    {
        this.bootstrapServers = bootstrapServers;
        thread = new Thread(Read) { IsBackground = true };
        thread.Start();
    }

    /// <summary>What went wrong while reading; null when nothing did.</summary>
    public string? Failure { get; private set; }

    public long Count => Volatile.Read(ref count);

    /// <summary>In the order of reading: within one part of a topic that is the order of its offsets.</summary>
    public IReadOnlyList<ConsumeResult<byte[], byte[]>> Messages => [.. read];

    public void Dispose()
    {
        stopping.Cancel();
        thread.Join();
        stopping.Dispose();
    }

    private void Read()
    {
        try
        {
            using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
            {
                BootstrapServers = bootstrapServers,
                GroupId = "tail",
                EnableAutoCommit = false,
                AutoOffsetReset = AutoOffsetReset.Error,
                FetchWaitMaxMs = 5,
                ReconnectBackoffMs = 20,
                ReconnectBackoffMaxMs = 200,
            }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
            consumer.Assign(
                from topic in PublishedEvents.Topics
                from partition in Enumerable.Range(0, PublishedEvents.Partitions)
                select new TopicPartitionOffset(topic, partition, 0));
            var next = new Dictionary<TopicPartition, long>();
            while (!stopping.IsCancellationRequested)
            {
                if (consumer.Consume(TimeSpan.FromMilliseconds(50)) is not { } message)
                    continue;
                var expected = next.GetValueOrDefault(message.TopicPartition);
                if (message.Offset.Value != expected)
                    throw new InvalidDataException($"{message.TopicPartition}: offset {expected} was not read before {message.Offset}.");
                next[message.TopicPartition] = expected + 1;
                read.Enqueue(message);
                Interlocked.Increment(ref count);
            }
        }
        catch (Exception failure)
        {
            Failure = failure.Message;
        }
    }
}
