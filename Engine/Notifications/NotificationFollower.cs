using Npgsql;
using OrleansOrders.Domain;
using OrleansOrders.Engine.Reactions;
using OrleansOrders.EventStore;

namespace OrleansOrders.Engine.Notifications;

/// <summary>
/// Notifications where there is no Kafka: follows the log itself, with a checkpoint of its own. Orders wait for each other
/// only where many are told at once; an outage of the mail server holds nobody up but the notifications.
/// </summary>
public sealed class NotificationFollower : IAsyncDisposable
{
    private const int ReadBatch = 1_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly string[] StreamTypes = [Order.StreamType, Payment.StreamType];

    private readonly IEventStore store;
    private readonly Notifications notifications;
    private readonly NotificationStreams streams;
    private readonly IReactionCheckpoint checkpoint;
    private readonly NotificationOptions options;
    private readonly TimeProvider time;
    private readonly Action<string, Exception> onFailure;
    private readonly CancellationTokenSource stopping = new();
    private readonly OrderQueues queues;
    private Watermark watermark = new(0);
    private Task[] loops = [];

    /// <param name="database">Of the log. Stays the caller's.</param>
    /// <param name="onFailure">Told of every failed attempt, with the order's id or the loop's name.</param>
    public NotificationFollower(
        IEventStore store, Notifications notifications, NpgsqlDataSource database, NotificationOptions options, TimeProvider time,
        Action<string, Exception> onFailure)
    {
        (this.store, this.notifications, this.options, this.time, this.onFailure) = (store, notifications, options, time, onFailure);
        streams = new NotificationStreams(store, notifications, database);
        checkpoint = new PostgresReactionCheckpoint(database, NotificationStreams.Consumer);
        queues = new OrderQueues(
            Work, events => watermark.Close(events.Select(recorded => recorded.Position)), (_, _, _) => { }, onFailure,
            options.ConcurrentOrders, time, stopping.Token);
    }

    /// <summary>Of every event up to this position the customer was told, or cannot be, or its stream is parked.</summary>
    public long Position => watermark.Finished;

    /// <summary>Reads the checkpoint and begins.</summary>
    public async Task Start(CancellationToken cancellation)
    {
        watermark = new Watermark(await checkpoint.Read(cancellation));
        await streams.Refresh(cancellation);
        loops = [Run("notifications", Follow), Run("notifications' dead letters", ReplayRequested), Run("notifications' checkpoint", KeepCheckpoint)];
    }

    /// <summary>Stops reading, lets the messages under way leave, and writes down how far it came.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(loops);
        await queues.WhenIdle();
        if (loops.Length > 0)
        {
            try
            {
                await checkpoint.Write(Position, CancellationToken.None);
            }
            catch (Exception failure)
            {
                onFailure("notifications' checkpoint", failure); // only costs reading some events again
            }
        }
        stopping.Dispose();
    }

    private async Task Follow(CancellationToken cancellation)
    {
        for (var position = watermark.Finished; ;)
        {
            await watermark.WaitWithin(options.Window, cancellation);
            var events = await store.ReadLog(position, ReadBatch, cancellation);
            if (events.Count == 0)
            {
                await store.WaitBeyond(position, Patience, cancellation);
                continue;
            }
            var news = events.Where(recorded => notifications.OrderOf(recorded) is not null).ToList();
            news.ForEach(recorded => watermark.Open(recorded.Position));
            position = events[^1].Position;
            watermark.Read(position);
            news.ForEach(recorded => queues.Enqueue(recorded.Stream.Tenant, recorded.Stream.Id, recorded));
        }
    }

    // A replay runs in its order's turn: what is read meanwhile comes after it.
    private async Task<DateTimeOffset?> Work(
        string tenant, string orderId, IReadOnlyList<RecordedEvent> events, CancellationToken cancellation)
    {
        foreach (var type in StreamTypes)
        {
            if (streams.FindReplayRequest(new StreamName(tenant, type, orderId)) is { } requested)
                await streams.Replay(requested, cancellation);
        }
        foreach (var recorded in events)
            await streams.Take(recorded, cancellation);
        return null;
    }

    private async Task ReplayRequested(CancellationToken cancellation)
    {
        await Task.Delay(Patience, time, cancellation);
        await streams.Refresh(cancellation);
        foreach (var requested in streams.ReplayRequests)
            queues.Enqueue(requested.Stream.Tenant, requested.Stream.Id, null);
    }

    private async Task KeepCheckpoint(CancellationToken cancellation)
    {
        await Task.Delay(options.CheckpointEvery, time, cancellation);
        await checkpoint.Write(Position, cancellation);
    }

    private Task Run(string name, Func<CancellationToken, Task> round) =>
        Task.Run(() => Loops.Repeat(name, round, onFailure, time, stopping.Token), CancellationToken.None);
}
