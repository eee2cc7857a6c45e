using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine.Fulfilments;
using OrleansOrders.EventStore;

namespace OrleansOrders.Engine.Reactions;

/// <summary>
/// What follows from a committed event, for one order. Every reaction is idempotent: the log is read again after a crash.
/// </summary>
internal sealed class OrderReactions(
    IAggregates aggregates, FulfilmentSaga saga, PaymentProcess payments, EngineOptions options, TimeProvider time)
{
    /// <summary>The reactions with everything that they need.</summary>
    public static OrderReactions Create(
        IKnownAggregates aggregates, IPaymentProvider provider, ICarrier carrier, EngineOptions options, TimeProvider time)
    {
        var payments = new PaymentProcess(aggregates, provider, options, time);
        var steps = new FulfilmentSteps(aggregates, payments, carrier, time);
        return new OrderReactions(aggregates, new FulfilmentSaga(aggregates, steps, options, time), payments, options, time);
    }

    /// <summary>The order that a reaction to this event belongs to, or null when nothing reacts to it.</summary>
    public static string? OrderOf(RecordedEvent recorded) => recorded.Type switch
    {
        "order-placed.v1" or "order-cancelled.v1" or "order-shipped.v1" or "order-delivered.v1" or "order-item-returned.v1"
            or "payment-refund-requested.v1" => recorded.Stream.Id,
        _ when recorded.Stream.Type == Fulfilment.StreamType => recorded.Stream.Id,
        // Something that this version does not know may be what it should react to: reacting fails, and says so.
        _ when recorded.Stream.Type is "order" or "payment" && !EventCatalog.Knows(recorded.Type) => recorded.Stream.Id,
        _ => null,
    };

    public static CommandContext CausedBy(EventEnvelope cause, string purpose)
    {
        var (correlation, trace) = EventCodec.ReadOrigin(cause.Metadata);
        return new CommandContext(
            cause.Tenant, Ids.Derive("reaction", cause.EventId.ToString("N"), purpose), OwnActors.Reactions, correlation)
        {
            CausationId = cause.EventId,
            TraceParent = EngineTelemetry.Continue(trace),
        };
    }

    /// <summary>Reacts to one order's events, oldest first, then takes its saga as far as it goes.</summary>
    /// <returns>When the saga wants to be looked at again; null when it rests.</returns>
    public async Task<DateTimeOffset?> React(
        string tenant, string orderId, IReadOnlyList<RecordedEvent> events, CancellationToken cancellation)
    {
        SagaContext? started = null;
        foreach (var recorded in events)
        {
            // Most of a saga's events only say "go on", which needs no decoding.
            if (recorded.Stream.Type == Fulfilment.StreamType && recorded.Type != "fulfilment-completed.v1" && EventCatalog.Knows(recorded.Type))
                continue;
            using (EngineTelemetry.StartReaction(recorded))
                started = await ReactTo(await Open(recorded, cancellation), cancellation) ?? started;
        }
        return await saga.Drive(tenant, orderId, VersionOf(events), started, cancellation);
    }

    private async Task<EventEnvelope> Open(RecordedEvent recorded, CancellationToken cancellation)
    {
        try
        {
            return EventCodec.Open(recorded);
        }
        catch (Exception failure) when (EventRepairs.IsOfEvent(failure))
        {
            // Read through the port, it is the repaired event, or one that is known to be unreadable.
            return (await aggregates.ReadStream(
                recorded.Stream.Tenant, recorded.Stream.Type, recorded.Stream.Id, recorded.Version - 1, 1, cancellation))[0];
        }
    }

    /// <summary>The saga's version after these events; 0 when they are not its own.</summary>
    private static long VersionOf(IReadOnlyList<RecordedEvent> events)
    {
        var version = 0L;
        foreach (var recorded in events)
        {
            if (recorded.Stream.Type == Fulfilment.StreamType)
                version = Math.Max(version, recorded.Version);
        }
        return version;
    }

    /// <returns>The saga, where the event has started it.</returns>
    private async Task<SagaContext?> ReactTo(EventEnvelope entry, CancellationToken cancellation)
    {
        if (entry.Event is OrderPlaced)
            return await saga.Start(entry, cancellation);
        await (entry.Event switch
        {
            OrderCancelled { Placed: not null } => saga.Cancel(entry, cancellation),
            OrderShipped or OrderDelivered or FulfilmentCompleted => FollowGoods(entry, cancellation),
            ItemReturned returned => TakeBack(entry, returned, cancellation),
            RefundRequested { RefundId: not PaymentProcess.CompensationRefund } refund => SettleRefund(entry, refund, cancellation),
            _ => Task.CompletedTask,
        });
        return null;
    }

    /// <summary>Brings shipment and stock to where the order is. An order that ships before its saga has ended is followed at that end.</summary>
    private async Task FollowGoods(EventEnvelope entry, CancellationToken cancellation)
    {
        var order = (await aggregates.Load<OrderState>(entry.Tenant, entry.Id, PointInTime.Latest, cancellation)).State;
        if (order is not (OrderState.Shipped or OrderState.Delivered))
            return;
        var facts = ((OrderState.Existing)order).Facts;
        var shipment = (await aggregates.Load<ShipmentState>(entry.Tenant, entry.Id, PointInTime.Latest, cancellation)).State;
        if (shipment is ShipmentState.NotCreated)
            return;
        await Task.WhenAll(LineItem.PerSku(facts.Lines).Select(item => aggregates.Execute(
            item.Sku, new ShipStock(facts.OrderId, time.GetUtcNow()), CausedBy(entry, $"ship/{item.Sku}"), cancellation)));
        var dispatch = new DispatchShipment(facts.Carrier!, facts.TrackingNumber!, time.GetUtcNow());
        await aggregates.Execute(entry.Id, dispatch, CausedBy(entry, "dispatch"), cancellation);
        if (order is OrderState.Delivered)
            await aggregates.Execute(entry.Id, new DeliverShipment(time.GetUtcNow()), CausedBy(entry, "deliver"), cancellation);
    }

    /// <summary>Returned pieces go back on the shelf and their price back to the customer.</summary>
    private async Task TakeBack(EventEnvelope entry, ItemReturned returned, CancellationToken cancellation)
    {
        var id = Ids.Text(entry.EventId);
        var adjust = new AdjustStock(returned.Quantity, "return", $"{entry.Id}/{id}", time.GetUtcNow());
        await aggregates.Execute(returned.Sku, adjust, CausedBy(entry, "restock"), cancellation);
        var reason = await options.OpenText(entry.Tenant, returned.Reason, cancellation);
        var refund = new RequestRefund(id, checked(returned.Quantity * returned.UnitPrice), $"return: {reason}", time.GetUtcNow());
        // Whoever took the goods back gives the money back: the limits are that person's.
        var context = CausedBy(entry, "refund");
        context = context with { Actor = EventCodec.ReadActor(entry.Metadata) ?? context.Actor };
        await aggregates.Execute(entry.Id, refund, context, cancellation);
    }

    private async Task SettleRefund(EventEnvelope entry, RefundRequested refund, CancellationToken cancellation)
    {
        var (correlation, trace) = EventCodec.ReadOrigin(entry.Metadata);
        var context = new SagaContext(entry.Tenant, entry.Id, entry.Version, correlation, entry.EventId, EngineTelemetry.Continue(trace));
        if (await payments.SettleRefund(context, refund.RefundId, cancellation) is StepResult.Failed { Code: "outcome-unknown" } failed)
            throw new TimeoutException(failed.Detail); // the loop comes back to it
    }
}
