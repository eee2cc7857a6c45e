using Confluent.Kafka;

namespace OrleansOrders.Grains.KafkaStreams;

/// <summary>What was fetched of one partition and nobody has asked for yet. One writes, one takes.</summary>
internal sealed class PartitionBuffer(TopicPartition partition, KafkaStreamOptions options)
{
    private readonly Lock gate = new();
    private readonly Queue<ConsumeResult<byte[], byte[]>> messages = [];
    private TaskCompletionSource? arrival;
    private long bytes;
    private long delivered;

    public TopicPartition Partition => partition;

    /// <summary>After the last message that was put in; null before the first.</summary>
    public long? NextToFetch { get; private set; }

    /// <summary>The writer's own note: fetching pauses.</summary>
    public bool IsPaused { get; set; }

    /// <summary>The writer's own note: the offset that was stored last, to be committed.</summary>
    public long Stored { get; set; }

    /// <summary>Everything before this offset was delivered; 0 when nothing was.</summary>
    public long Delivered
    {
        get => Volatile.Read(ref delivered);
        set => Volatile.Write(ref delivered, value);
    }

    /// <summary>Completes when the partition is no longer fetched.</summary>
    public TaskCompletionSource Given { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsFull => Exceeds(1);

    /// <summary>There is room again, and some to spare, so that fetching does not pause for every message.</summary>
    public bool HasRoom => !Exceeds(2);

    public void Put(ConsumeResult<byte[], byte[]> message)
    {
        TaskCompletionSource? waiting;
        lock (gate)
        {
            messages.Enqueue(message);
            bytes += BytesOf(message);
            NextToFetch = message.Offset.Value + 1;
            (waiting, arrival) = (arrival, null);
        }
        waiting?.TrySetResult();
    }

    /// <summary>Completes when there is something, or after <paramref name="limit"/>.</summary>
    public async Task Wait(TimeSpan limit)
    {
        Task waiting;
        lock (gate)
        {
            if (messages.Count > 0)
                return;
            arrival ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting = arrival.Task;
        }
        await waiting.WaitAsync(limit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    /// <summary>The oldest message, when there is one.</summary>
    public bool TryPeek(out ConsumeResult<byte[], byte[]>? message)
    {
        lock (gate)
            return messages.TryPeek(out message);
    }

    /// <summary>Takes what <see cref="TryPeek"/> has shown.</summary>
    public void Drop()
    {
        lock (gate)
            bytes -= BytesOf(messages.Dequeue());
    }

    public static int BytesOf(ConsumeResult<byte[], byte[]> message) =>
        (message.Message.Key?.Length ?? 0) + (message.Message.Value?.Length ?? 0) + 200;

    private bool Exceeds(int part)
    {
        lock (gate)
            return messages.Count >= options.MessagesInMemory / part || bytes >= options.BytesInMemory / part;
    }
}
