using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Npgsql;
using OrleansOrders.Domain;
using OrleansOrders.Engine;
using OrleansOrders.Engine.Notifications;
using OrleansOrders.EventStore;

namespace OrleansOrders.Kafka;

/// <summary>
/// Tells customers of what is published, as a consumer group of its own: any number of processes share its parts. An offset
/// is committed when its message was taken, never before; a message that comes again is known by its event.
/// </summary>
/// <remarks>
/// What fails is tried again while its part is paused, and polling goes on. A poison event parks its own stream, a message
/// that is none of ours goes to the topic of dead letters; neither holds anything else up.
/// </remarks>
public sealed class NotificationConsumer : IAsyncDisposable
{
    /// <summary>The consumer group.</summary>
    public const string Group = "orders.notifications";

    private static readonly string[] Topics = [PublishedEvents.TopicOf(Order.StreamType), PublishedEvents.TopicOf(Payment.StreamType)];
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan TendEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastWrite = TimeSpan.FromSeconds(5);

    private readonly KafkaOptions options;
    private readonly NotificationStreams streams;
    private readonly NotificationPositions positions;
    private readonly NotificationConsumerLog log;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource stopping = new();
    private readonly Dictionary<TopicPartition, Lane> lanes = [];
    private Task running = Task.CompletedTask;
    private Task tending = Task.CompletedTask;
    private long tendedAt;

    /// <param name="database">Of the log. Stays the caller's.</param>
    public NotificationConsumer(
        KafkaOptions options, IEventStore store, Engine.Notifications.Notifications notifications, NpgsqlDataSource database,
        ILogger<NotificationConsumer> log, TimeProvider time)
    {
        (this.options, this.time) = (options.Checked(), time);
        positions = new NotificationPositions(database);
        streams = new NotificationStreams(store, notifications, database);
        this.log = new NotificationConsumerLog(log);
    }

    /// <summary>Begins, and returns at once.</summary>
    public void Start() => running = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Lets the messages under way leave, commits, and leaves the group.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running;
        stopping.Dispose();
    }

    private void Run()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                Consume();
            }
            catch (Exception failure)
            {
                Failed("Kafka", failure.GetType().Name, failure.Message);
                stopping.Token.WaitHandle.WaitOne(options.Patience);
            }
        }
    }

    private void Consume()
    {
        using var foreign = new ForeignMessages(options, NotificationStreams.Consumer);
        using var consumer = Create(foreign);
        try
        {
            consumer.Subscribe(Topics);
            while (!stopping.IsCancellationRequested)
            {
                if (Next(consumer) is { } message && lanes.TryGetValue(message.TopicPartition, out var lane))
                    lane.Add(message);
                Throttle(consumer);
                Tend();
            }
        }
        finally
        {
            Stop(lanes.Keys);
            consumer.Close();
            tending.Wait();
            using var limit = new CancellationTokenSource(LastWrite);
            Task.Run(() => Tend(limit.Token), CancellationToken.None).Wait(CancellationToken.None);
        }
    }

    private IConsumer<byte[], byte[]> Create(ForeignMessages foreign)
    {
        var config = options.Configure(settings => new ConsumerConfig(settings));
        config.GroupId = Group;
        config.PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky;
        config.AutoOffsetReset = AutoOffsetReset.Earliest;
        // What a lane has stored is committed now and then, and before a part goes to another process; nothing else ever is.
        (config.EnableAutoOffsetStore, config.EnableAutoCommit, config.AutoCommitIntervalMs) = (false, true, 500);
        config.QueuedMaxMessagesKbytes = 8 * 1024;
        IConsumer<byte[], byte[]> consumer = null!;
        var work = new LaneWork(
            streams, foreign, offset => Store(consumer, offset), (what, failure) => Failed(what, failure.GetType().Name, failure.Message),
            (where, reason) => log.NotOurs(where.ToString(), reason), time);
        consumer = new ConsumerBuilder<byte[], byte[]>(config)
            .SetPartitionsAssignedHandler((_, parts) => parts.ForEach(part => lanes[part] = new Lane(part, work)))
            .SetPartitionsRevokedHandler((_, parts) => Stop(parts.Select(part => part.TopicPartition)))
            .SetPartitionsLostHandler((_, parts) => Stop(parts.Select(part => part.TopicPartition)))
            .SetLogHandler((_, _) => { })
            .SetErrorHandler((_, error) => log.Said(error.Reason))
            .Build();
        return consumer;
    }

    private void Failed(string what, string kind, string reason)
    {
        EngineTelemetry.ConsumerFailed(NotificationStreams.Consumer);
        log.Failed(what, kind, reason);
    }

    private static void Store(IConsumer<byte[], byte[]> consumer, TopicPartitionOffset offset)
    {
        try
        {
            consumer.StoreOffset(offset);
        }
        catch (KafkaException)
        {
            // The part is not ours any more: whoever has it reads the message again, and knows it by its event.
        }
    }

    private ConsumeResult<byte[], byte[]>? Next(IConsumer<byte[], byte[]> consumer)
    {
        try
        {
            return consumer.Consume(Poll);
        }
        catch (ConsumeException failure) when (!failure.Error.IsFatal)
        {
            Failed("Kafka", failure.Error.Code.ToString(), failure.Error.Reason);
            stopping.Token.WaitHandle.WaitOne(Poll);
            return null;
        }
    }

    // A part whose messages do not leave is not fetched any further, so that memory stays bounded and polling goes on.
    private void Throttle(IConsumer<byte[], byte[]> consumer)
    {
        foreach (var lane in lanes.Values)
        {
            if (lane.IsFull && !lane.IsPaused)
                consumer.Pause([lane.Part]);
            else if (lane.IsPaused && lane.HasRoom)
                consumer.Resume([lane.Part]);
            else
                continue;
            lane.IsPaused = !lane.IsPaused;
        }
    }

    private void Stop(IEnumerable<TopicPartition> parts)
    {
        Lane[] ours = [.. parts.Where(lanes.ContainsKey).Select(part => lanes[part])];
        // Kafka waits for this in the thread that polls; the lanes stop side by side.
        Task.WhenAll(ours.Select(lane => lane.Stop())).Wait();
        foreach (var lane in ours)
        {
            positions.Reached(lane.Part, lane.Position);
            lanes.Remove(lane.Part);
        }
    }

    private void Tend()
    {
        if (!tending.IsCompleted || time.GetElapsedTime(tendedAt) < TendEvery)
            return;
        tendedAt = time.GetTimestamp();
        foreach (var requested in streams.ReplayRequests)
        {
            if (lanes.TryGetValue(LaneWork.PartOf(requested.Stream), out var lane))
                lane.Replay(requested);
        }
        foreach (var lane in lanes.Values)
            positions.Reached(lane.Part, lane.Position);
        tending = Task.Run(() => Tend(stopping.Token));
    }

    private async Task Tend(CancellationToken cancellation)
    {
        try
        {
            await streams.Refresh(cancellation);
            await positions.Write(cancellation);
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // What people see of the positions is a little older than it could be; the group's own offsets are committed.
        }
        catch (Exception failure)
        {
            Failed("looking after the notifications", failure.GetType().Name, failure.Message);
        }
    }
}
