using System.Collections.Concurrent;
using Confluent.Kafka;
using OrleansOrders.Domain;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Kafka.Support;

/// <summary>
/// Reads all parts of all topics from their first message on, while others write: the mock cluster keeps little. A hole in
/// the offsets is an error, so that what was dropped before it was read cannot pass for something that was never there.
/// </summary>
internal sealed class TopicTail : IDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentQueue<ConsumeResult<byte[], byte[]>> read = new();
    private readonly ConcurrentDictionary<TopicPartition, long> next = new();
    private readonly Thread thread;
    private readonly string bootstrapServers;
    private long count;

    public TopicTail(string bootstrapServers)
    {
        this.bootstrapServers = bootstrapServers;
        thread = new Thread(Read) { IsBackground = true };
        thread.Start();
    }

    private static IEnumerable<TopicPartition> Parts =>
        from topic in PublishedEvents.Topics
        from partition in Enumerable.Range(0, PublishedEvents.Partitions)
        select new TopicPartition(topic, partition);

    /// <summary>What went wrong while reading; null when nothing did.</summary>
    public string? Failure { get; private set; }

    public long Count => Volatile.Read(ref count);

    /// <summary>In the order of reading: within one part of a topic that is the order of its offsets.</summary>
    public IReadOnlyList<ConsumeResult<byte[], byte[]>> Messages => [.. read];

    /// <summary>Waits until everything that stands in the topics now has been read.</summary>
    public async Task CatchUp()
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(
            new ConsumerConfig { BootstrapServers = bootstrapServers, GroupId = "tail" }).SetLogHandler((_, _) => { }).Build();
        foreach (var part in Parts)
        {
            var end = consumer.QueryWatermarkOffsets(part, TimeSpan.FromSeconds(30)).High.Value;
            await Eventually.True(() => Failure is not null || next.GetValueOrDefault(part) >= end, what: $"{part} is read up to {end}");
        }
        Assert.Null(Failure);
    }

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
                // After an outage the mock cluster at times forgets to answer a fetch; it is asked again.
                SocketTimeoutMs = 1000,
                ReconnectBackoffMs = 20,
                ReconnectBackoffMaxMs = 200,
            }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
            consumer.Assign(Parts.Select(part => new TopicPartitionOffset(part, 0)));
            while (!stopping.IsCancellationRequested)
            {
                if (consumer.Consume(TimeSpan.FromMilliseconds(50)) is not { } message)
                    continue;
                var expected = next.GetValueOrDefault(message.TopicPartition);
                if (message.Offset.Value != expected)
                    throw new InvalidDataException($"{message.TopicPartition}: offset {expected} was not read before {message.Offset}.");
                read.Enqueue(message);
                next[message.TopicPartition] = expected + 1;
                Interlocked.Increment(ref count);
            }
        }
        catch (Exception failure)
        {
            Failure = failure.Message;
        }
    }
}
