using System.Diagnostics;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine.Reactions;

namespace OrleansOrders.Engine.Fulfilments;

/// <summary>Takes one order's saga as far as it goes now. Nothing is kept between two calls: the log is the saga's memory.</summary>
internal sealed class FulfilmentSaga(IKnownAggregates aggregates, FulfilmentSteps steps, EngineOptions options, TimeProvider time)
{
    /// <summary>Starts the order's saga, once.</summary>
    /// <returns>What its first action is caused by; null when the saga has gone on since.</returns>
    public async Task<SagaContext?> Start(EventEnvelope placed, CancellationToken cancellation)
    {
        var order = (OrderPlaced)placed.Event;
        var command = new StartFulfilment(
            order.OrderId, order.CustomerId, LineItem.PerSku(order.Lines.Select(line => new ItemQuantity(line.Sku, line.Quantity))),
            order.Total, order.Currency, order.PaymentMethod, time.GetUtcNow());
        var context = OrderReactions.CausedBy(placed, "start");
        var outcome = await aggregates.Execute(placed.Id, command, context, cancellation);
        return outcome is CommandOutcome.Done { Version: Fulfilment.EventsOfStart }
            ? new SagaContext(
                placed.Tenant, placed.Id, Fulfilment.EventsOfStart, context.CorrelationId,
                LastEventOf(context, 0, Fulfilment.EventsOfStart), context.TraceParent)
            : null;
    }

    /// <summary>The order was cancelled: undo what was done for it.</summary>
    public async Task Cancel(EventEnvelope cancelled, CancellationToken cancellation)
    {
        var reason = await options.OpenText(cancelled.Tenant, ((OrderCancelled)cancelled.Event).Reason, cancellation);
        await aggregates.Execute(
            cancelled.Id, new Compensate(reason, "order-cancelled", time.GetUtcNow()), OrderReactions.CausedBy(cancelled, "cancel"),
            cancellation);
    }

    /// <summary>Performs action after action until the saga rests or waits.</summary>
    /// <param name="atLeast">
    /// A version that the log is known to have: an event can be read back before whoever has appended it knows that he has,
    /// and a saga that looked at what it knew then would rest for good.
    /// </param>
    /// <param name="started">What <see cref="Start"/> has just given, which saves reading it.</param>
    /// <returns>When it wants to be looked at again; null when it rests.</returns>
    public async Task<DateTimeOffset?> Drive(
        string tenant, string orderId, long atLeast, SagaContext? started, CancellationToken cancellation)
    {
        var loaded = await aggregates.LoadKnown<FulfilmentState>(tenant, orderId, cancellation);
        if (loaded.Version < atLeast)
            loaded = await aggregates.Load<FulfilmentState>(tenant, orderId, PointInTime.Latest, cancellation);
        var saga = started?.Version == loaded.Version ? started : null;
        while (true)
        {
            var action = NextAction.After(loaded.State, time.GetUtcNow());
            if (action is NextAction.Rest)
                return null;
            if (action is NextAction.WaitUntil wait)
                return wait.At;
            saga ??= await ReadOrigin(tenant, orderId, loaded.Version, cancellation);
            var command = await Act(action, (FulfilmentState.Existing)loaded.State, saga, cancellation);
            (loaded, saga) = await Advance(loaded, saga, command, cancellation);
        }
    }

    private async Task<FulfilmentCommand> Act(
        NextAction action, FulfilmentState.Existing state, SagaContext saga, CancellationToken cancellation)
    {
        switch (action)
        {
            case NextAction.Perform perform:
                var done = await Attempt(
                    perform.Step.ToString(), saga, () => steps.Perform(perform.Step, saga, state.Facts, cancellation), cancellation);
                return done is StepResult.Failed failed
                    ? new FailStep(perform.Step, failed.Code, failed.Detail, failed.Transient, time.GetUtcNow())
                    : new CompleteStep(perform.Step, time.GetUtcNow());
            case NextAction.Undo undo:
                var reason = await options.OpenText(saga.Tenant, ((FulfilmentState.Compensating)state).Reason, cancellation);
                var undone = await Attempt(
                    undo.Step.ToString(), saga, () => steps.Undo(undo.Step, reason, saga, state.Facts, cancellation), cancellation);
                return undone is StepResult.Failed stuck
                    ? new FailCompensationStep(undo.Step, stuck.Code, stuck.Detail, stuck.Transient, time.GetUtcNow())
                    : new CompleteCompensationStep(undo.Step, time.GetUtcNow());
            default:
                return new WakeFulfilment(time.GetUtcNow());
        }
    }

    private async Task<StepResult> Attempt(string step, SagaContext saga, Func<Task<StepResult>> action, CancellationToken cancellation)
    {
        options.Boundary?.Invoke($"{step}/before");
        var started = Stopwatch.GetTimestamp();
        using var span = EngineTelemetry.StartStep(step, saga);
        StepResult result;
        try
        {
            result = await action();
            options.Boundary?.Invoke($"{step}/performed");
        }
        catch (Exception failure) when (failure is not UnreadableEventException && !cancellation.IsCancellationRequested)
        {
            // Steps are idempotent, so what may have happened is simply done again; attempts are bounded.
            result = new StepResult.Failed("step-interrupted", failure.Message, true);
        }
        EngineTelemetry.Step(step, result, started, span);
        return result;
    }

    /// <summary>Writes the saga's own decision and gives the state after it.</summary>
    private async Task<(Loaded<FulfilmentState> Loaded, SagaContext Saga)> Advance(
        Loaded<FulfilmentState> before, SagaContext saga, FulfilmentCommand command, CancellationToken cancellation)
    {
        // Only for this version: on another, nobody could say which of the new events are this command's.
        var context = saga.For(command.GetType().Name) with { IfVersion = before.Version };
        var outcome = await aggregates.Execute(saga.OrderId, command, context, cancellation);
        var after = await aggregates.LoadKnown<FulfilmentState>(saga.Tenant, saga.OrderId, cancellation);
        if (after.Version == before.Version)
            throw new InvalidOperationException($"The saga of {saga.OrderId} does not take {command.GetType().Name}: {outcome}.");
        options.Boundary?.Invoke($"{command.GetType().Name}/recorded");
        return outcome is CommandOutcome.Done { Version: var version } && version == after.Version && version > before.Version
            ? (after, saga with { Version = version, Cause = LastEventOf(context, before.Version, version) })
            : (after, await ReadOrigin(saga.Tenant, saga.OrderId, after.Version, cancellation));
    }

    private static Guid LastEventOf(CommandContext context, long before, long after) =>
        Ids.OfEvent(Ids.OfVersion(context.CommandId, before), (int)(after - before) - 1);

    /// <summary>The identity of the saga's last event: what its next commands are caused by.</summary>
    private async Task<SagaContext> ReadOrigin(string tenant, string orderId, long version, CancellationToken cancellation)
    {
        var last = (await aggregates.ReadStream(tenant, Fulfilment.StreamType, orderId, version - 1, 1, cancellation))[0];
        var (correlation, trace) = EventCodec.ReadOrigin(last.Metadata);
        return new SagaContext(tenant, orderId, version, correlation, last.EventId, trace);
    }
}
