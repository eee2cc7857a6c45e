using Confluent.Kafka;
using Orleans.Runtime;
using Orleans.Streams;

namespace OrleansOrders.Grains.KafkaStreams;

/// <summary>One partition, as the pulling agent of the silo that owns it reads it.</summary>
internal sealed class PartitionReceiver(TopicPartition partition, PartitionedConsumer consumer, KafkaStreamOptions options) : IQueueAdapterReceiver
{
    /// <summary>Between two looks for messages, when the last one found none.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    // A look ends when a message comes, or so late that an agent which stops does not wait long.
    private static readonly TimeSpan LongestLook = TimeSpan.FromMilliseconds(200);

    private PartitionBuffer? buffer;

    public Task Initialize(TimeSpan timeout)
    {
        buffer = consumer.Take(partition);
        return Task.CompletedTask;
    }

    /// <summary>At most <paramref name="maxCount"/> messages, in as few batches as their streams allow. Never throws.</summary>
    public async Task<IList<IBatchContainer>> GetQueueMessagesAsync(int maxCount)
    {
        if (buffer is not { } source)
            return [];
        await source.Wait(LongestLook);
        var batches = new List<IBatchContainer>();
        for (var left = maxCount; left > 0 && source.TryPeek(out var first); )
        {
            var batch = TakeBatch(source, StreamOf(first!), left);
            left -= batch.Items.Count;
            batches.Add(batch);
        }
        return batches;
    }

    public Task MessagesDeliveredAsync(IList<IBatchContainer> messages)
    {
        if (messages.Count > 0 && buffer is { } source)
            source.Delivered = ((KafkaBatch)messages[^1]).LastOffset + 1; // the cache lets go in order
        return Task.CompletedTask;
    }

    public Task Shutdown(TimeSpan timeout)
    {
        var given = buffer;
        buffer = null;
        return given is null ? Task.CompletedTask : consumer.Give(given).WaitAsync(timeout);
    }

    private KafkaBatch TakeBatch(PartitionBuffer source, StreamId streamId, int left)
    {
        var items = new List<KafkaStreamItem>();
        var bytes = 0;
        while (items.Count < Math.Min(left, options.MessagesPerCall) && (items.Count == 0 || bytes < options.BytesPerCall)
            && source.TryPeek(out var next) && (items.Count == 0 || StreamOf(next!).Equals(streamId)))
        {
            bytes += PartitionBuffer.BytesOf(next!);
            items.Add(Read(next!));
            source.Drop();
        }
        return new KafkaBatch(streamId, items) { Bytes = bytes };
    }

    private StreamId StreamOf(ConsumeResult<byte[], byte[]> message)
    {
        try
        {
            return options.Format.StreamOf(message);
        }
        catch (Exception)
        {
            return StreamId.Create(message.Topic, message.Partition.Value.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    private KafkaStreamItem Read(ConsumeResult<byte[], byte[]> message)
    {
        var item = new KafkaStreamItem(message.Topic, message.Partition.Value, message.Offset.Value);
        try
        {
            return item with { Event = options.Format.Read(message) };
        }
        catch (Exception failure)
        {
            return item with { Unreadable = failure.Message.ReplaceLineEndings(" ") };
        }
    }
}
