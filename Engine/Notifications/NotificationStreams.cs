using Npgsql;
using OrleansOrders.EventStore;

namespace OrleansOrders.Engine.Notifications;

/// <summary>
/// The notifications, stream by stream: an event that can never be told parks its stream as a dead letter, its later events
/// wait, every other stream goes on. Whoever calls keeps the events of one order in order and in one thread.
/// </summary>
public sealed class NotificationStreams
{
    /// <summary>The consumer's name in the dead letters and of its checkpoint.</summary>
    public const string Consumer = "notifications";

    private const int ReadBatch = 200;

    private readonly IEventStore store;
    private readonly Notifications notifications;
    private readonly DeadLetters letters;
    private readonly ParkedStreams parked;

    /// <param name="database">Of the log. Stays the caller's.</param>
    public NotificationStreams(IEventStore store, Notifications notifications, NpgsqlDataSource database)
    {
        (this.store, this.notifications) = (store, notifications);
        letters = new DeadLetters(database);
        parked = new ParkedStreams(letters, Consumer);
    }

    /// <summary>Streams that somebody asked to try again.</summary>
    public IReadOnlyList<ParkedStream> ReplayRequests => parked.ReplayRequests;

    /// <summary>Sees what was parked and asked for meanwhile. Before the first event, and now and then.</summary>
    public Task Refresh(CancellationToken cancellation) => parked.Refresh(cancellation);

    /// <summary>Whether somebody asked for the stream to be tried again.</summary>
    public ParkedStream? FindReplayRequest(StreamName stream) => parked.Find(stream) is { IsReplayRequested: true } found ? found : null;

    /// <summary>Tells of the event, or parks its stream. An event of a parked stream waits in the log.</summary>
    public async Task Take(RecordedEvent recorded, CancellationToken cancellation)
    {
        if (!parked.IsParked(recorded.Stream, recorded.Version) && notifications.OrderOf(recorded) is not null)
            await HandleOrPark(recorded, cancellation);
    }

    /// <summary>Takes a stream up again where it was parked, up to its end in the log; parks it again where it fails again.</summary>
    public async Task Replay(ParkedStream stream, CancellationToken cancellation)
    {
        var version = stream.Version - 1;
        while (true)
        {
            var events = await store.ReadStream(stream.Stream, version, ReadBatch, cancellation);
            foreach (var recorded in events)
            {
                if (!await HandleOrPark(recorded, cancellation))
                    return;
            }
            if (events.Count == 0)
                break;
            version = events[^1].Version;
        }
        await letters.Close(stream.LetterId, cancellation);
        await parked.Refresh(cancellation);
    }

    /// <returns>False when it was parked.</returns>
    private async Task<bool> HandleOrPark(RecordedEvent recorded, CancellationToken cancellation)
    {
        try
        {
            await notifications.Handle(recorded, cancellation);
            return true;
        }
        catch (Exception poison) when (Notifications.IsPoison(poison))
        {
            await letters.Park(PoisonEvent.From(Consumer, recorded, poison), cancellation);
            await parked.Refresh(cancellation);
            return false;
        }
    }
}
