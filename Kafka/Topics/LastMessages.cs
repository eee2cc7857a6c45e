using Confluent.Kafka;
using OrleansOrders.Domain;
using OrleansOrders.EventStore;

namespace OrleansOrders.Kafka;

/// <summary>
/// Finds out whether the topics hold events that the log does not: the database was restored to an earlier moment, and the
/// topics were not. The last event of each part of each topic must stand in the log, at its position.
/// </summary>
internal sealed class LastMessages(KafkaOptions options, IEventStore store)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>So many messages from the end one of ours is looked for; others may have written there by mistake.</summary>
    private const int LookBack = 20;

    /// <summary>librdkafka takes these numbers for "so many before the end" (RD_KAFKA_OFFSET_TAIL).</summary>
    private static readonly Offset FromEnd = new(-2000 - LookBack);

    /// <returns>The parts that end with an event which the log does not hold.</returns>
    /// <exception cref="KafkaException">No broker answers.</exception>
    public async Task<IReadOnlyList<PartAhead>> FindAhead(CancellationToken cancellation)
    {
        var last = await Task.Run(() => ReadLast(cancellation), cancellation);
        var end = await store.ReadEnd(cancellation);
        var ahead = new List<PartAhead>();
        foreach (var (part, offset, message) in last)
        {
            var position = message.Recorded.Position;
            if (position > end || (await store.ReadLog(position - 1, 1, cancellation))[0].EventId != message.Recorded.EventId)
                ahead.Add(new PartAhead(part.Topic, part.Partition.Value, offset + 1, position));
        }
        return ahead;
    }

    private List<(TopicPartition Part, long Offset, PublishedEvent Message)> ReadLast(CancellationToken cancellation)
    {
        var config = options.Configure(settings => new ConsumerConfig(settings));
        (config.GroupId, config.EnableAutoCommit, config.EnablePartitionEof, config.FetchWaitMaxMs) = ("orders-publisher", false, true, 5);
        config.FetchErrorBackoffMs = 10;
        // Where fewer messages are left than are looked for.
        config.AutoOffsetReset = AutoOffsetReset.Earliest;
        using var consumer = new ConsumerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        var starts = (
            from topic in PublishedEvents.Topics
            from partition in Enumerable.Range(0, PublishedEvents.Partitions)
            select new TopicPartitionOffset(topic, partition, FromEnd)).ToList();
        var last = new Dictionary<TopicPartition, (long Offset, PublishedEvent Message)>();
        var open = starts.Select(start => start.TopicPartition).ToHashSet();
        consumer.Assign(starts);
        for (var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds; open.Count > 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            if (Environment.TickCount64 > deadline)
                throw new KafkaException(new Error(ErrorCode.Local_TimedOut, "The last messages of the topics could not be read."));
            if (consumer.Consume(TimeSpan.FromMilliseconds(100)) is not { } consumed)
                continue;
            if (consumed.IsPartitionEOF)
                open.Remove(consumed.TopicPartition);
            else if (EventMessage.TryRead(consumed, out var message, out _))
                last[consumed.TopicPartition] = (consumed.Offset.Value, message);
        }
        return [.. last.Select(part => (part.Key, part.Value.Offset, part.Value.Message))];
    }
}
