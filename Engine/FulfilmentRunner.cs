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

    private readonly IReadModels readModels;
    private readonly EngineOptions options;
    private readonly TimeProvider time;
    private readonly OrderReactions reactions;
    private readonly ReactionParking parking;
    private readonly OrderFollower follower;

    /// <param name="onFailure">Told of every failed attempt, with the order's id or the loop's name.</param>
    public FulfilmentRunner(
        IEventStore store, Aggregates aggregates, IReadModels readModels, IPaymentProvider provider, ICarrier carrier,
        IReactionCheckpoint checkpoint, IReactionLetters letters, EngineOptions options, TimeProvider time, Action<string, Exception> onFailure)
    {
        (this.readModels, this.options, this.time) = (readModels, options, time);
        Action<string, Exception> failed = (what, failure) =>
        {
            EngineTelemetry.ConsumerFailed(ReactionParking.Consumer);
            onFailure(what, failure);
        };
        reactions = OrderReactions.Create(aggregates, provider, carrier, options, time);
        parking = new ReactionParking(store, letters);
        follower = new OrderFollower(
            store, checkpoint, OrderReactions.OrderOf, React, Wake,
            new FollowerSettings("log reader", "checkpoint", options.ReactionWindow, options.ConcurrentOrders, options.CheckpointEvery), time,
            failed);
    }

    /// <summary>Everything up to this position has had its reactions.</summary>
    public long Position => follower.Position;

    /// <summary>Reads the checkpoint and begins.</summary>
    public async Task Start(CancellationToken cancellation)
    {
        await parking.Letters.Refresh(cancellation);
        await follower.Start(cancellation, ("due scan", ScanDue), ("dead letters", LookForReplays));
    }

    /// <summary>Stops reading, lets the actions under way end or break off, and writes down how far it came.</summary>
    public ValueTask DisposeAsync() => follower.DisposeAsync();

    // Retries and deadlines are stored in the sagas; this finds those whose timer a restart has lost.
    private async Task ScanDue(CancellationToken cancellation)
    {
        foreach (var (tenant, orderId) in await readModels.ListDueFulfilments(time.GetUtcNow(), ReadBatch, cancellation))
            follower.Enqueue(tenant, orderId);
        await Task.Delay(options.DueScan, time, cancellation);
    }

    private Task<DateTimeOffset?> React(
        string tenant, string orderId, IReadOnlyList<RecordedEvent> events, CancellationToken cancellation) => parking.React(
            tenant, orderId, events, (taken, stop) => reactions.React(tenant, orderId, taken, stop), cancellation);

    private async Task LookForReplays(CancellationToken cancellation)
    {
        await parking.Letters.Refresh(cancellation);
        foreach (var (tenant, orderId) in parking.ReplayRequests)
            follower.Enqueue(tenant, orderId);
        await Task.Delay(options.DueScan, time, cancellation);
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
            await Task.Delay(wait, time, follower.Stopping);
            follower.Enqueue(tenant, orderId);
        }
        catch (OperationCanceledException)
        {
            // Stopping: the scan finds it after the next start.
        }
    }
}
