using OrleansOrders.EventStore;

namespace OrleansOrders.Engine.Reactions;

/// <summary>
/// Follows the log from a checkpoint on and hands each order its events, in order, many orders at a time. What was begun and
/// not finished is read again after a crash.
/// </summary>
/// <param name="orderOf">The order that an event is for; null when nobody wants it.</param>
/// <param name="work">Takes an order's events, or none where only another look was asked for; says when to look again.</param>
/// <param name="wakeAt">Told when an order wants to be looked at again.</param>
/// <param name="onFailure">Told of every failed attempt, with the order's id or the loop's name.</param>
internal sealed class OrderFollower(
    IEventStore store, IReactionCheckpoint checkpoint, Func<RecordedEvent, string?> orderOf,
    Func<string, string, IReadOnlyList<RecordedEvent>, CancellationToken, Task<DateTimeOffset?>> work,
    Action<string, string, DateTimeOffset> wakeAt, FollowerSettings settings, TimeProvider time, Action<string, Exception> onFailure) : IAsyncDisposable
{
    private const int ReadBatch = 1_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource stopping = new();
    private OrderQueues queues = null!;
    private Watermark watermark = new(0);
    private Task[] loops = [];

    /// <summary>Everything up to this position was taken.</summary>
    public long Position => watermark.Finished;

    /// <summary>Cancelled when it is told to stop.</summary>
    public CancellationToken Stopping => stopping.Token;

    /// <summary>Reads the checkpoint and begins.</summary>
    /// <param name="others">Loops of the owner's, which run as long as this does.</param>
    public async Task Start(CancellationToken cancellation, params (string Name, Func<CancellationToken, Task> Round)[] others)
    {
        watermark = new Watermark(await checkpoint.Read(cancellation));
        queues = new OrderQueues(
            work, events => watermark.Close(events.Select(recorded => recorded.Position)), wakeAt, onFailure, settings.ConcurrentOrders, time,
            stopping.Token);
        (string, Func<CancellationToken, Task>)[] own = [(settings.Reader, Follow), (settings.Checkpoint, KeepCheckpoint)];
        loops = [.. own.Concat(others).Select(loop => Background.Run(
            () => Loops.Repeat(loop.Item1, loop.Item2, onFailure, time, stopping.Token)))];
    }

    /// <summary>Asks for another look at an order.</summary>
    public void Enqueue(string tenant, string orderId) => queues.Enqueue(tenant, orderId, null);

    /// <summary>Stops reading, lets what is under way end or break off, and writes down how far it came.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(loops);
        if (loops.Length > 0)
        {
            await queues.WhenIdle();
            try
            {
                await checkpoint.Write(Position, CancellationToken.None);
            }
            catch (Exception failure)
            {
                onFailure(settings.Checkpoint, failure); // only costs reading some events again
            }
        }
        stopping.Dispose();
    }

    private async Task Follow(CancellationToken cancellation)
    {
        for (var position = watermark.Finished; ;)
        {
            await watermark.WaitWithin(settings.Window, cancellation);
            // Not before it is there: what this process has just written is then in its memory.
            await store.WaitBeyond(position, Patience, cancellation);
            var events = await store.ReadLog(position, ReadBatch, cancellation);
            if (events.Count == 0)
                continue;
            var wanted = events.Select(recorded => (Recorded: recorded, OrderId: orderOf(recorded)))
                .Where(entry => entry.OrderId is not null).ToList();
            wanted.ForEach(entry => watermark.Open(entry.Recorded.Position));
            position = events[^1].Position;
            watermark.Read(position);
            wanted.ForEach(entry => queues.Enqueue(entry.Recorded.Stream.Tenant, entry.OrderId!, entry.Recorded));
        }
    }

    private async Task KeepCheckpoint(CancellationToken cancellation)
    {
        await Task.Delay(settings.CheckpointEvery, time, cancellation);
        await checkpoint.Write(Position, cancellation);
    }
}

/// <param name="Reader">What the reading loop is called where its failures are told.</param>
/// <param name="Checkpoint">The same of the loop that writes the position down.</param>
/// <param name="Window">Events that are begun and not finished, at most.</param>
/// <param name="ConcurrentOrders">Orders worked on at a time.</param>
/// <param name="CheckpointEvery">How often the position is written down.</param>
internal sealed record FollowerSettings(string Reader, string Checkpoint, int Window, int ConcurrentOrders, TimeSpan CheckpointEvery);
