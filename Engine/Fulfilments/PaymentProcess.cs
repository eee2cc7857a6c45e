using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Engine.Fulfilments;

/// <summary>
/// Moves an order's money. Every provider call carries a key that is the same for every attempt, so no attempt can charge
/// twice; after a call that gave no answer the provider is asked by that key before anything else is tried.
/// </summary>
internal sealed class PaymentProcess(
    IKnownAggregates aggregates, IPaymentProvider provider, EngineOptions options, TimeProvider time)
{
    /// <summary>The refund that a compensation makes. Others belong to returns and to people.</summary>
    public const string CompensationRefund = "compensation";

    private const string Authorizing = "authorize";
    private const string Capturing = "capture";

    public async Task<StepResult> Authorize(SagaContext saga, FulfilmentFacts facts, CancellationToken cancellation)
    {
        var request = new RequestPayment(facts.OrderId, facts.Amount, facts.Currency, facts.PaymentMethod, Now);
        if (await Send(saga, saga.Once("request-payment"), request, cancellation) is { } refused)
            return StepResult.Final(refused);
        switch (await LoadFor<PaymentState.Requested>(saga, cancellation))
        {
            case PaymentState.Requested { Facts: var payment }:
                var asked = ToProvider(saga, payment, Authorizing);
                var (reply, unknown) = await Ask(
                    saga, payment, Authorizing, asked, () => provider.Authorize(asked, cancellation), cancellation);
                if (unknown is not null)
                    return unknown;
                return reply is ProviderReply.Succeeded ok
                    ? await Record(saga, new RecordAuthorized(ok.Reference, Now), cancellation)
                    : await RecordDecline(saga, ((ProviderReply.Refused)reply!).Code, cancellation);
            case PaymentState.Declined { Facts.Failure: var failure }:
                return new StepResult.Failed(Refusals.PaymentDeclined, failure ?? "The payment was declined.", false);
            case PaymentState.Authorized or PaymentState.Captured:
                return StepResult.Completed;
            default:
                return new StepResult.Failed(Refusals.PaymentVoided, "The payment was voided.", false);
        }
    }

    public async Task<StepResult> Capture(SagaContext saga, CancellationToken cancellation)
    {
        switch (await LoadFor<PaymentState.Authorized>(saga, cancellation))
        {
            case PaymentState.Captured:
                return StepResult.Completed;
            case PaymentState.Authorized { Facts: var payment }:
                var asked = ToProvider(saga, payment, Capturing);
                var (reply, unknown) = await Ask(
                    saga, payment, Capturing, asked, () => provider.Capture(asked, payment.AuthorizationId!, cancellation), cancellation);
                if (unknown is not null)
                    return unknown;
                if (reply is ProviderReply.Succeeded ok)
                    return await Record(saga, new RecordCaptured(ok.Reference, Now), cancellation);
                var code = ((ProviderReply.Refused)reply!).Code;
                await Record(saga, new RecordCaptureFailed(code, Now), cancellation);
                return new StepResult.Failed(code, "The payment provider refused to capture.", false);
            default:
                return new StepResult.Failed(Refusals.PaymentNotAuthorized, "There is no authorized payment to capture.", false);
        }
    }

    /// <summary>Leaves no money with us: voids what is only authorized, refunds what was captured.</summary>
    public async Task<StepResult> Return(SagaContext saga, CancellationToken cancellation)
    {
        switch (await Load(saga, cancellation))
        {
            case PaymentState.Declined or PaymentState.Voided:
                return StepResult.Completed;
            case PaymentState.NotRequested:
                return await VoidBeforeRequested(saga, cancellation);
            case PaymentState.Captured:
                return await RefundAll(saga, cancellation);
            case PaymentState.Existing { Facts: var payment }:
                return await Void(saga, payment, cancellation);
            default:
                throw new InvalidOperationException("A payment is in none of its states.");
        }
    }

    /// <summary>Carries a committed refund request to the provider and records the answer.</summary>
    public async Task<StepResult> SettleRefund(SagaContext saga, string refundId, CancellationToken cancellation)
    {
        var state = await Load(saga, cancellation);
        if (state is not PaymentState.Captured { Facts: var payment }
            || payment.Refunds.FirstOrDefault(refund => refund.RefundId == refundId) is not { } refund)
            return new StepResult.Failed(Refusals.RefundNotFound, "There is no such refund.", false);
        if (refund.Status == RefundStatus.Refunded)
            return StepResult.Completed;
        var operation = $"refund/{refundId}";
        var asked = ToProvider(saga, payment, operation) with { Amount = refund.Amount };
        var (reply, unknown) = await Ask(
            saga, payment, operation, asked, () => provider.Refund(asked, payment.OrderId, cancellation), cancellation);
        if (unknown is not null)
            return unknown;
        if (reply is ProviderReply.Succeeded ok)
            return await Record(saga, new RecordRefunded(refundId, ok.Reference, Now), cancellation);
        var code = ((ProviderReply.Refused)reply!).Code;
        await Record(saga, new RecordRefundFailed(refundId, code, Now), cancellation);
        return new StepResult.Failed(code, "The payment provider refused to refund.", true);
    }

    private DateTimeOffset Now => time.GetUtcNow();

    /// <summary>
    /// Sees to it that nothing will be asked of the provider, which holds for an empty stream alone: as soon as another process has
    /// requested the payment it may have asked, and the provider has to hear of it.
    /// </summary>
    private async Task<StepResult> VoidBeforeRequested(SagaContext saga, CancellationToken cancellation)
    {
        var context = saga.For("void-before-requested") with { IfVersion = 0 };
        return await aggregates.Execute(saga.OrderId, new VoidPayment(Now), context, cancellation) switch
        {
            CommandOutcome.VersionMismatch => await Return(saga, cancellation),
            CommandOutcome.Refused refused => StepResult.Final(refused),
            _ => StepResult.Completed,
        };
    }

    private async Task<StepResult> Void(SagaContext saga, PaymentFacts payment, CancellationToken cancellation)
    {
        var asked = ToProvider(saga, payment, "void");
        var (reply, unknown) = await Ask(
            saga, payment, "void", asked, () => provider.Void(asked, KeyOf(saga, Authorizing), cancellation), cancellation);
        if (unknown is not null)
            return unknown;
        if (reply is ProviderReply.Succeeded)
            return await Record(saga, new VoidPayment(Now), cancellation);

        // The provider took the money although its answer never reached the log: write that down, then give it back.
        if (await provider.Find(saga.Tenant, KeyOf(saga, Capturing), cancellation) is not ProviderReply.Succeeded captured)
            return new StepResult.Failed(((ProviderReply.Refused)reply!).Code, "The payment provider refused to void.", true);
        if (payment.AuthorizationId is null
            && await provider.Find(saga.Tenant, KeyOf(saga, Authorizing), cancellation) is ProviderReply.Succeeded authorized)
            await Record(saga, new RecordAuthorized(authorized.Reference, Now), cancellation);
        var recorded = await Record(saga, new RecordCaptured(captured.Reference, Now), cancellation);
        return recorded is StepResult.Done ? await RefundAll(saga, cancellation) : recorded;
    }

    private async Task<StepResult> RefundAll(SagaContext saga, CancellationToken cancellation)
    {
        if (await Load(saga, cancellation) is not PaymentState.Captured { Facts: var payment })
            return new StepResult.Failed(Refusals.PaymentNotCaptured, "The payment changed while it was refunded.", true);
        if (payment.Captured == payment.Refunded)
            return StepResult.Completed;
        if (payment.Refunds.FirstOrDefault(refund =>
            refund.Status == RefundStatus.Requested && refund.RefundId != CompensationRefund) is { } underWay)
            return new StepResult.Failed("refund-under-way", $"Refund {underWay.RefundId} has no answer yet.", true);
        var left = payment.Captured - payment.RefundsPromised;
        if (left > 0)
        {
            var request = new RequestRefund(CompensationRefund, left, "The order was cancelled.", Now);
            if (await Send(saga, saga.For(CompensationRefund), request, cancellation) is { } refused)
                return StepResult.Final(refused);
        }
        return await SettleRefund(saga, CompensationRefund, cancellation);
    }

    /// <summary>Asks the provider, first by key when an earlier call gave no answer. Second value: the step's failure when there is none again.</summary>
    private async Task<(ProviderReply? Reply, StepResult? Unknown)> Ask(
        SagaContext saga, PaymentFacts payment, string operation, ProviderRequest request, Func<Task<ProviderReply>> call,
        CancellationToken cancellation)
    {
        try
        {
            if (payment.Unknown == operation
                && await provider.Find(saga.Tenant, request.IdempotencyKey, cancellation) is { } earlier)
                return (earlier, null);
            var reply = await call().WaitAsync(options.ProviderTimeout, time, cancellation);
            options.Boundary?.Invoke($"{operation}/answered");
            return (reply, null);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            // Whatever it was, the call may have reached the provider.
            await Send(saga, saga.For(operation, "unknown"), new RecordOutcomeUnknown(operation, Now), cancellation);
            return (null, new StepResult.Failed("outcome-unknown", $"The payment provider did not answer: {failure.Message}", true));
        }
    }

    private async Task<StepResult> RecordDecline(SagaContext saga, string code, CancellationToken cancellation)
    {
        await Record(saga, new RecordDeclined(code, Now), cancellation);
        return new StepResult.Failed(Refusals.PaymentDeclined, code, false);
    }

    private async Task<StepResult> Record(SagaContext saga, PaymentCommand command, CancellationToken cancellation) =>
        await Send(saga, saga.For(command.GetType().Name), command, cancellation) is { } refused
            ? StepResult.Final(refused)
            : StepResult.Completed;

    private async Task<CommandOutcome.Refused?> Send(
        SagaContext saga, CommandContext context, PaymentCommand command, CancellationToken cancellation) =>
        await aggregates.Execute(saga.OrderId, command, context, cancellation) as CommandOutcome.Refused;

    /// <summary>
    /// What is known is enough to go on with: when it is out of date, the provider knows the key of the call and the version key
    /// refuses what follows. To say no, it is not enough.
    /// </summary>
    private async Task<PaymentState> LoadFor<TExpected>(SagaContext saga, CancellationToken cancellation)
        where TExpected : PaymentState =>
        (await aggregates.LoadKnown<PaymentState>(saga.Tenant, saga.OrderId, cancellation)).State is TExpected expected
            ? expected
            : await Load(saga, cancellation);

    private async Task<PaymentState> Load(SagaContext saga, CancellationToken cancellation) =>
        (await aggregates.Load<PaymentState>(saga.Tenant, saga.OrderId, PointInTime.Latest, cancellation)).State;

    private static ProviderRequest ToProvider(SagaContext saga, PaymentFacts payment, string operation) =>
        new(saga.Tenant, KeyOf(saga, operation), payment.OrderId, payment.Amount, payment.Currency, payment.Method);

    private static string KeyOf(SagaContext saga, string operation) =>
        Ids.Text(Ids.Derive("provider", saga.Tenant, saga.OrderId, operation));
}
