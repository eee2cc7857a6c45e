using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.Engine.Reactions;
using OrleansOrders.EventStore;
using OrleansOrders.Grains.Interfaces;

namespace OrleansOrders.Grains.Feed;

/// <summary>
/// Follows this silo's share of the log and carries each order's events to its fulfilment grain, wherever that is. What a
/// crash left undone is read again by whoever takes the share over: nothing depends on a call having come to its end.
/// </summary>
internal sealed class LogFeed : IAsyncDisposable
{
    private const int ReadBatch = 1_000;

    /// <summary>With the largest events that the log takes, a call is as large as a message may be.</summary>
    private const int EventsPerCall = OrdersContracts.LargestMessage / (2 * 1024 * 1024);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>How long a saga may be overdue before the feed wakes it: its timer and its reminder come first.</summary>
    private static readonly TimeSpan Overdue = TimeSpan.FromMinutes(2);

    private readonly IEventStore store;
    private readonly IReadModels readModels;
    private readonly IGrainFactory grains;
    private readonly FeedLeases leases;
    private readonly EngineOptions options;
    private readonly TimeProvider time;
    private readonly Action<string, Exception> onFailure;
    private readonly CancellationTokenSource stopping = new();
    private readonly ReactionParking parking;
    private readonly OrderQueues queues;
    private readonly Lock gate = new();
    private readonly Dictionary<int, FeedPartition> held = [];
    private Task[] loops = [];

    public LogFeed(
        IEventStore store, IReadModels readModels, IGrainFactory grains, FeedLeases leases, IReactionLetters letters,
        EngineOptions options, TimeProvider time, Action<string, Exception> onFailure)
    {
        (this.store, this.readModels, this.grains, this.leases) = (store, readModels, grains, leases);
        (this.options, this.time) = (options, time);
        this.onFailure = (what, failure) =>
        {
            EngineTelemetry.ConsumerFailed(ReactionParking.Consumer);
            onFailure(what, failure);
        };
        parking = new ReactionParking(store, letters);
        queues = new OrderQueues(React, Close, (_, _, _) => { }, this.onFailure, options.ConcurrentOrders, time, stopping.Token);
    }

    public void Start() => loops =
    [
        Task.Run(() => Repeat("feed leases", Renew), CancellationToken.None),
        Task.Run(() => Repeat("feed reader", Follow), CancellationToken.None),
        Task.Run(() => Repeat("feed checkpoint", Keep), CancellationToken.None),
        Task.Run(() => Repeat("overdue scan", ScanOverdue), CancellationToken.None),
    ];

    /// <summary>Stops reading, lets the calls under way end or break off, and gives its share back.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(loops);
        await queues.WhenIdle();
        if (loops.Length > 0)
        {
            try
            {
                await leases.Keep(Finished(), CancellationToken.None);
                await leases.Leave(CancellationToken.None);
            }
            catch (Exception failure)
            {
                onFailure("feed leases", failure); // they end by themselves
            }
        }
        stopping.Dispose();
    }

    /// <summary>Events of a saga that only its own driving writes say nothing new to whoever drives it.</summary>
    private static string? OrderOf(RecordedEvent recorded) => recorded.Stream.Type != Fulfilment.StreamType
        || recorded.Type is "fulfilment-started.v1" or "fulfilment-resumed.v1" or "fulfilment-compensation-started.v1" or "fulfilment-completed.v1"
            ? OrderReactions.OrderOf(recorded)
            : null;

    private async Task Renew(CancellationToken cancellation)
    {
        var mine = await leases.Renew(cancellation);
        // Before the reading of a part that another silo has given up: what that one parked is parked here as well.
        await parking.Letters.Refresh(cancellation);
        lock (gate)
        {
            foreach (var lost in held.Keys.Except(mine.Keys).ToList())
                held.Remove(lost);
            foreach (var (number, position) in mine)
            {
                if (!held.ContainsKey(number))
                    held.Add(number, new FeedPartition(number, position));
            }
        }
        foreach (var (tenant, orderId) in parking.ReplayRequests.Where(order => mine.ContainsKey(FeedLeases.PartitionOf(order.Tenant, order.OrderId))))
            queues.Enqueue(tenant, orderId, null);
        await Task.Delay(FeedLeases.RenewEvery, time, cancellation);
    }

    private async Task Follow(CancellationToken cancellation)
    {
        while (true)
        {
            var parts = Held();
            if (parts.Length == 0)
            {
                await Task.Delay(FeedLeases.RenewEvery / 4, time, cancellation);
                continue;
            }
            foreach (var part in parts)
                await part.Watermark.WaitWithin(options.ReactionWindow, cancellation);
            var position = parts.Min(part => part.Read);
            // Not before it is there: what this process has just written is then in its memory.
            await store.WaitBeyond(position, Patience, cancellation);
            var events = await store.ReadLog(position, ReadBatch, cancellation);
            if (events.Count > 0)
                Dispatch(parts, events);
        }
    }

    private void Dispatch(FeedPartition[] parts, IReadOnlyList<RecordedEvent> events)
    {
        var byNumber = parts.ToDictionary(part => part.Number);
        var wanted = (
            from recorded in events
            let orderId = OrderOf(recorded)
            where orderId is not null
            let part = byNumber.GetValueOrDefault(FeedLeases.PartitionOf(recorded.Stream.Tenant, orderId))
            where part is not null && recorded.Position > part.Read
            select (Recorded: recorded, OrderId: orderId, Part: part)).ToList();
        wanted.ForEach(entry => entry.Part.Open(entry.Recorded.Position));
        foreach (var part in parts)
            part.ReadTo(events[^1].Position);
        wanted.ForEach(entry => queues.Enqueue(entry.Recorded.Stream.Tenant, entry.OrderId, entry.Recorded));
    }

    private Task<DateTimeOffset?> React(
        string tenant, string orderId, IReadOnlyList<RecordedEvent> events, CancellationToken cancellation) => parking.React(
            tenant, orderId, events, (taken, stop) => Send(tenant, orderId, taken, stop), cancellation);

    private async Task<DateTimeOffset?> Send(
        string tenant, string orderId, IReadOnlyList<RecordedEvent> events, CancellationToken cancellation)
    {
        var driver = grains.GetGrain<IFulfilmentDriver>(GrainKeys.Of(tenant, orderId));
        if (events.Count == 0)
            await driver.React([]).WaitAsync(cancellation);
        foreach (var part in events.Select(FeedEvent.From).Chunk(EventsPerCall))
            await driver.React(part).WaitAsync(cancellation);
        return null; // the grain wakes itself
    }

    private void Close(IReadOnlyList<RecordedEvent> events)
    {
        foreach (var order in events.GroupBy(recorded => (recorded.Stream.Tenant, OrderId: OrderReactions.OrderOf(recorded)!)))
        {
            FeedPartition? part;
            lock (gate)
                part = held.GetValueOrDefault(FeedLeases.PartitionOf(order.Key.Tenant, order.Key.OrderId));
            part?.Watermark.Close(order.Select(recorded => recorded.Position));
        }
    }

    private async Task Keep(CancellationToken cancellation)
    {
        await Task.Delay(options.CheckpointEvery, time, cancellation);
        await leases.Keep(Finished(), cancellation);
    }

    // A saga's timer is lost with its silo, and its reminder with another edition's database: nothing stays asleep.
    private async Task ScanOverdue(CancellationToken cancellation)
    {
        await Task.Delay(Overdue / 4, time, cancellation);
        if (Held().All(part => part.Number != 0))
            return;
        foreach (var (tenant, orderId) in await readModels.ListDueFulfilments(time.GetUtcNow() - Overdue, ReadBatch, cancellation))
            queues.Enqueue(tenant, orderId, null);
    }

    private FeedPartition[] Held()
    {
        lock (gate)
            return [.. held.Values];
    }

    private List<(int Partition, long Position)> Finished() => [.. Held().Select(part => (part.Number, part.Watermark.Finished))];

    private Task Repeat(string name, Func<CancellationToken, Task> round) => Loops.Repeat(name, round, onFailure, time, stopping.Token);
}
