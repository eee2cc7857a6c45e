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
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly string[] StreamTypes = [Order.StreamType, Payment.StreamType];

    private readonly NotificationStreams streams;
    private readonly TimeProvider time;
    private readonly OrderFollower follower;

    /// <param name="database">Of the log. Stays the caller's.</param>
    /// <param name="onFailure">Told of every failed attempt, with the order's id or the loop's name.</param>
    public NotificationFollower(
        IEventStore store, Notifications notifications, NpgsqlDataSource database, NotificationOptions options, TimeProvider time,
        Action<string, Exception> onFailure)
    {
        this.time = time;
        streams = new NotificationStreams(store, notifications, database);
        follower = new OrderFollower(
            store, new PostgresReactionCheckpoint(database, NotificationStreams.Consumer), notifications.OrderOf, Work, (_, _, _) => { },
            new FollowerSettings(
                "notifications", "notifications' checkpoint", options.Window, options.ConcurrentOrders, options.CheckpointEvery),
            time, (what, failure) =>
            {
                EngineTelemetry.ConsumerFailed(NotificationStreams.Consumer);
                onFailure(what, failure);
            });
    }

    /// <summary>Of every event up to this position the customer was told, or cannot be, or its stream is parked.</summary>
    public long Position => follower.Position;

    /// <summary>Reads the checkpoint and begins.</summary>
    public async Task Start(CancellationToken cancellation)
    {
        await streams.Refresh(cancellation);
        await follower.Start(cancellation, ("notifications' dead letters", ReplayRequested));
    }

    /// <summary>Stops reading, lets the messages under way leave, and writes down how far it came.</summary>
    public ValueTask DisposeAsync() => follower.DisposeAsync();

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
            follower.Enqueue(requested.Stream.Tenant, requested.Stream.Id);
    }
}
