using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine.Reactions;
using OrleansOrders.EventStore;

namespace OrleansOrders.Engine;

/// <summary>
/// Follows the log and does what committed events ask for: starts and drives sagas, moves goods and money after them.
/// The feed is the guarantee: a crash leaves nothing unstarted, because everything after the checkpoint is read again.
/// </summary>
public sealed class FulfilmentRunner : IAsyncDisposable
{
    private const int ReadBatch = 1_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly IEventStore store;
    private readonly IReadModels readModels;
    private readonly IReactionCheckpoint checkpoint;
    private readonly EngineOptions options;
    private readonly TimeProvider time;
    private readonly Action<string, Exception> onFailure;
    private readonly CancellationTokenSource stopping = new();
    private readonly OrderReactions reactions;
    private readonly ReactionParking parking;
    private readonly OrderQueues queues;
    private Watermark watermark = new(0);
    private Task[] loops = [];

    /// <param name="onFailure">Told of every failed attempt, with the order's id or the loop's name.</param>
    public FulfilmentRunner(
        IEventStore store, Aggregates aggregates, IReadModels readModels, IPaymentProvider provider, ICarrier carrier,
        IReactionCheckpoint checkpoint, IReactionLetters letters, EngineOptions options, TimeProvider time, Action<string, Exception> onFailure)
    {
        (this.store, this.readModels, this.checkpoint, this.options) = (store, readModels, checkpoint, options);
        (this.time, this.onFailure) = (time, onFailure);
        reactions = OrderReactions.Create(aggregates, provider, carrier, options, time);
        parking = new ReactionParking(store, letters);
        queues = new OrderQueues(
            React, events => watermark.Close(events.Select(recorded => recorded.Position)), Wake, onFailure,
            options.ConcurrentOrders, time, stopping.Token);
    }

    /// <summary>Everything up to this position has had its reactions.</summary>
    public long Position => watermark.Finished;

    /// <summary>Reads the checkpoint and begins.</summary>
    public async Task Start(CancellationToken cancellation)
    {
        watermark = new Watermark(await checkpoint.Read(cancellation));
        await parking.Letters.Refresh(cancellation);
        loops =
        [
            Task.Run(() => Repeat("log reader", Follow), CancellationToken.None),
            Task.Run(() => Repeat("due scan", ScanDue), CancellationToken.None),
            Task.Run(() => Repeat("checkpoint", KeepCheckpoint), CancellationToken.None),
            Task.Run(() => Repeat("dead letters", LookForReplays), CancellationToken.None),
        ];
    }

    /// <summary>Stops reading, lets the actions under way end or break off, and writes down how far it came.</summary>
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
                onFailure("checkpoint", failure); // only costs reading some events again
            }
        }
        stopping.Dispose();
    }

    private async Task Follow(CancellationToken cancellation)
    {
        for (var position = watermark.Finished; ;)
        {
            await watermark.WaitWithin(options.ReactionWindow, cancellation);
            var events = await store.ReadLog(position, ReadBatch, cancellation);
            if (events.Count == 0)
            {
                await store.WaitBeyond(position, Patience, cancellation);
                continue;
            }
            var orders = events.Select(recorded => (Recorded: recorded, OrderId: OrderReactions.OrderOf(recorded)))
                .Where(entry => entry.OrderId is not null).ToList();
            orders.ForEach(entry => watermark.Open(entry.Recorded.Position));
            position = events[^1].Position;
            watermark.Read(position);
            orders.ForEach(entry => queues.Enqueue(entry.Recorded.Stream.Tenant, entry.OrderId!, entry.Recorded));
        }
    }

    // Retries and deadlines are stored in the sagas; this finds those whose timer a restart has lost.
    private async Task ScanDue(CancellationToken cancellation)
    {
        foreach (var (tenant, orderId) in await readModels.ListDueFulfilments(time.GetUtcNow(), ReadBatch, cancellation))
            queues.Enqueue(tenant, orderId, null);
        await Task.Delay(options.DueScan, time, cancellation);
    }

    private Task<DateTimeOffset?> React(
        string tenant, string orderId, IReadOnlyList<RecordedEvent> events, CancellationToken cancellation) => parking.React(
            tenant, orderId, events, (taken, stop) => reactions.React(tenant, orderId, taken, stop), cancellation);

    private async Task LookForReplays(CancellationToken cancellation)
    {
        await parking.Letters.Refresh(cancellation);
        foreach (var (tenant, orderId) in parking.ReplayRequests)
            queues.Enqueue(tenant, orderId, null);
        await Task.Delay(options.DueScan, time, cancellation);
    }

    private async Task KeepCheckpoint(CancellationToken cancellation)
    {
        await Task.Delay(options.CheckpointEvery, time, cancellation);
        await checkpoint.Write(Position, cancellation);
    }

    private void Wake(string tenant, string orderId, DateTimeOffset at)
    {
        var wait = at - time.GetUtcNow();
        if (wait < TimeSpan.FromMinutes(1)) // what is further away is left to the scan
            _ = WakeAfter(tenant, orderId, wait < TimeSpan.Zero ? TimeSpan.Zero : wait);
    }

    private async Task WakeAfter(string tenant, string orderId, TimeSpan wait)
    {
        try
        {
            await Task.Delay(wait, time, stopping.Token);
            queues.Enqueue(tenant, orderId, null);
        }
        catch (OperationCanceledException)
        {
            // Stopping: the scan finds it after the next start.
        }
    }

    private Task Repeat(string name, Func<CancellationToken, Task> round) => Loops.Repeat(name, round, onFailure, time, stopping.Token);
}
