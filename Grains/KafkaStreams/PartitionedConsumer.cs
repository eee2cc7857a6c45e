using System.Diagnostics;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace OrleansOrders.Grains.KafkaStreams;

/// <summary>
/// One Kafka client for all partitions of a provider that this silo owns. They are assigned by hand, because Orleans says who
/// owns what. A thread of its own does everything that touches the client; the others only leave notes.
/// </summary>
internal sealed partial class PartitionedConsumer(KafkaStreamOptions options, ILogger logger)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly Dictionary<TopicPartition, PartitionBuffer> wanted = [];
    private readonly ManualResetEventSlim afterFailure = new(); // never set: only a pause
    private bool isRunning;

    /// <summary>Begins to fetch a partition where its group has come to, or at its oldest message.</summary>
    public PartitionBuffer Take(TopicPartition partition)
    {
        var buffer = new PartitionBuffer(partition, options);
        lock (gate)
        {
            wanted[partition] = buffer;
            if (!isRunning)
            {
                isRunning = true;
                new Thread(Run) { IsBackground = true, Name = $"kafka {options.Consumer.GroupId}" }.Start();
            }
        }
        return buffer;
    }

    /// <summary>Ends fetching, and commits what was delivered.</summary>
    public Task Give(PartitionBuffer buffer)
    {
        lock (gate)
        {
            if (wanted.GetValueOrDefault(buffer.Partition) == buffer)
                wanted.Remove(buffer.Partition);
            return isRunning ? buffer.Given.Task : Task.CompletedTask;
        }
    }

    private void Run()
    {
        var assigned = new Dictionary<TopicPartition, PartitionBuffer>();
        while (!Ended(assigned))
        {
            try
            {
                using var consumer = Build();
                Assign(consumer, assigned.Values);
                for (var looked = 0L; ; )
                {
                    if (Stopwatch.GetElapsedTime(looked) >= Look)
                    {
                        Follow(consumer, assigned);
                        if (Ended(assigned))
                            break;
                        looked = Stopwatch.GetTimestamp();
                    }
                    Fetch(consumer, assigned);
                }
                consumer.Close();
            }
            catch (Exception failure)
            {
                LogRestart(logger, options.Consumer.GroupId!, failure.Message);
                afterFailure.Wait(AfterFailure);
            }
        }
    }

    /// <summary>With the last partition gone the thread ends; the next one that is taken starts another.</summary>
    private bool Ended(Dictionary<TopicPartition, PartitionBuffer> assigned)
    {
        lock (gate)
        {
            if (wanted.Count > 0 || assigned.Count > 0)
                return false;
            isRunning = false;
            return true;
        }
    }

    /// <summary>Brings the client to what the others have noted.</summary>
    private void Follow(IConsumer<byte[], byte[]> consumer, Dictionary<TopicPartition, PartitionBuffer> assigned)
    {
        foreach (var buffer in assigned.Values)
            Follow(consumer, buffer);
        List<PartitionBuffer> going, coming;
        lock (gate)
        {
            going = assigned.Values.Where(buffer => wanted.GetValueOrDefault(buffer.Partition) != buffer).ToList();
            coming = wanted.Values.Where(buffer => assigned.GetValueOrDefault(buffer.Partition) != buffer).ToList();
        }
        if (going.Count > 0)
            consumer.IncrementalUnassign(going.Select(buffer => buffer.Partition)); // which commits what is stored
        foreach (var buffer in going)
        {
            assigned.Remove(buffer.Partition);
            buffer.Given.TrySetResult();
        }
        Assign(consumer, coming);
        foreach (var buffer in coming)
            assigned[buffer.Partition] = buffer;
    }

    private static void Follow(IConsumer<byte[], byte[]> consumer, PartitionBuffer buffer)
    {
        if (buffer.Delivered is var delivered && delivered > buffer.Stored)
        {
            consumer.StoreOffset(new TopicPartitionOffset(buffer.Partition, delivered));
            buffer.Stored = delivered;
        }
        if (buffer.IsPaused && buffer.HasRoom)
        {
            consumer.Resume([buffer.Partition]);
            buffer.IsPaused = false;
        }
    }

    private void Fetch(IConsumer<byte[], byte[]> consumer, Dictionary<TopicPartition, PartitionBuffer> assigned)
    {
        try
        {
            if (consumer.Consume(Look) is not { Message: not null } message || !assigned.TryGetValue(message.TopicPartition, out var buffer))
                return;
            buffer.Put(message);
            if (buffer is { IsFull: true, IsPaused: false })
            {
                buffer.IsPaused = true;
                consumer.Pause([buffer.Partition]);
            }
        }
        catch (ConsumeException failure) when (!failure.Error.IsFatal)
        {
            LogTrouble(logger, options.Consumer.GroupId!, failure.Error.Reason); // the client goes on by itself
        }
    }

    private static void Assign(IConsumer<byte[], byte[]> consumer, IReadOnlyCollection<PartitionBuffer> buffers)
    {
        if (buffers.Count == 0)
            return;
        consumer.IncrementalAssign(buffers.Select(buffer => new TopicPartitionOffset(
            buffer.Partition, buffer.NextToFetch is { } next ? new Offset(next) : Offset.Stored)));
        foreach (var buffer in buffers)
            buffer.IsPaused = false;
    }

    private IConsumer<byte[], byte[]> Build()
    {
        var configuration = new ConsumerConfig(new Dictionary<string, string>(options.Consumer))
        {
            EnableAutoCommit = true,
            EnableAutoOffsetStore = false,
            AutoCommitIntervalMs = (int)options.CommitEvery.TotalMilliseconds,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnablePartitionEof = false,
        };
        configuration.QueuedMaxMessagesKbytes ??= Math.Max(1, options.BytesInMemory / 1024);
        configuration.QueuedMinMessages ??= options.MessagesInMemory;
        configuration.FetchQueueBackoffMs ??= (int)Look.TotalMilliseconds; // a second by default, after every pause
        return new ConsumerBuilder<byte[], byte[]>(configuration)
            .SetErrorHandler((_, error) => LogTrouble(logger, options.Consumer.GroupId!, error.Reason))
            .SetLogHandler((_, line) => LogClient(logger, line.Message))
            .Build();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Kafka, group {Group}: {Reason}. Reading goes on by itself when it can.")]
    private static partial void LogTrouble(ILogger logger, string group, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Kafka, group {Group}: {Reason}. The client is started anew.")]
    private static partial void LogRestart(ILogger logger, string group, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Line}")]
    private static partial void LogClient(ILogger logger, string line);
}
