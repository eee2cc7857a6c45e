using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace OrleansOrders.Domain;

[JsonConverter(typeof(JsonStringEnumConverter<FulfilmentStep>))]
public enum FulfilmentStep
{
    [JsonStringEnumMemberName("reserve-stock")]
    ReserveStock,
    [JsonStringEnumMemberName("authorize-payment")]
    AuthorizePayment,
    [JsonStringEnumMemberName("confirm-order")]
    ConfirmOrder,
    [JsonStringEnumMemberName("create-shipment")]
    CreateShipment,
    [JsonStringEnumMemberName("capture-payment")]
    CapturePayment,
}

/// <summary>What undoes the steps, in this order. Each is skipped where no step that it undoes was started.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CompensationStep>))]
public enum CompensationStep
{
    [JsonStringEnumMemberName("cancel-shipment")]
    CancelShipment,
    [JsonStringEnumMemberName("return-money")]
    ReturnMoney,
    [JsonStringEnumMemberName("release-stock")]
    ReleaseStock,
    [JsonStringEnumMemberName("cancel-order")]
    CancelOrder,
}

// Commands

public abstract record FulfilmentCommand(DateTimeOffset At) : Command(At);

public sealed record StartFulfilment(
    string OrderId, string CustomerId, ImmutableArray<ItemQuantity> Lines, long Amount, string Currency, string PaymentMethod,
    DateTimeOffset At) : FulfilmentCommand(At), IBeginsStream;

public sealed record CompleteStep(FulfilmentStep Step, DateTimeOffset At) : FulfilmentCommand(At);

/// <param name="Transient">Whether another attempt may succeed.</param>
public sealed record FailStep(FulfilmentStep Step, string Code, string Detail, bool Transient, DateTimeOffset At) : FulfilmentCommand(At);

/// <summary>Time has passed: starts a due attempt, or ends a step whose deadline is over.</summary>
public sealed record WakeFulfilment(DateTimeOffset At) : FulfilmentCommand(At);

/// <summary>Undo everything. Also after completion, when the order was cancelled.</summary>
public sealed record Compensate(string Reason, string By, DateTimeOffset At) : FulfilmentCommand(At);

public sealed record CompleteCompensationStep(CompensationStep Step, DateTimeOffset At) : FulfilmentCommand(At);

public sealed record FailCompensationStep(
    CompensationStep Step, string Code, string Detail, bool Transient, DateTimeOffset At) : FulfilmentCommand(At);

/// <summary>A person says: try again.</summary>
public sealed record RetryFulfilment(string By, string Reason, DateTimeOffset At) : FulfilmentCommand(At);

/// <summary>A person says: this compensation step was done by hand, go on with the next.</summary>
public sealed record SkipCompensationStep(string By, string Reason, DateTimeOffset At) : FulfilmentCommand(At);

// Events

public sealed record FulfilmentStarted(
    string OrderId, string CustomerId, ImmutableArray<ItemQuantity> Lines, long Amount, string Currency, string PaymentMethod,
    DateTimeOffset At) : DomainEvent(At);

public sealed record StepStarted(FulfilmentStep Step, int Attempt, DateTimeOffset Deadline, DateTimeOffset At) : DomainEvent(At);

public sealed record StepCompleted(FulfilmentStep Step, DateTimeOffset At) : DomainEvent(At);

/// <param name="RetryAt">When the next attempt is due; null when there is none.</param>
public sealed record StepFailed(
    FulfilmentStep Step, int Attempt, string Code, string Detail, DateTimeOffset? RetryAt, DateTimeOffset At) : DomainEvent(At);

public sealed record CompensationStarted(string Reason, string By, CompensationStep First, DateTimeOffset At) : DomainEvent(At);

public sealed record CompensationStepCompleted(CompensationStep Step, bool Skipped, DateTimeOffset At) : DomainEvent(At);

public sealed record CompensationStepFailed(
    CompensationStep Step, int Attempt, string Code, string Detail, DateTimeOffset? RetryAt, DateTimeOffset At) : DomainEvent(At);

public sealed record FulfilmentCompleted(DateTimeOffset At) : DomainEvent(At);

public sealed record FulfilmentCompensated(DateTimeOffset At) : DomainEvent(At);

/// <param name="Owner">Who is expected to act.</param>
public sealed record FulfilmentParked(CompensationStep Step, string Reason, string Owner, DateTimeOffset At) : DomainEvent(At);

/// <param name="Action"><c>retry</c>, <c>skip</c> or <c>compensate</c>.</param>
public sealed record FulfilmentResumed(string Action, string By, string Reason, DateTimeOffset At) : DomainEvent(At);

// State

public sealed record FulfilmentFacts(
    string OrderId, string CustomerId, ImmutableArray<ItemQuantity> Lines, long Amount, string Currency, string PaymentMethod);

[JsonPolymorphic(TypeDiscriminatorPropertyName = "state")]
[JsonDerivedType(typeof(FulfilmentState.NotStarted), "not-started")]
[JsonDerivedType(typeof(FulfilmentState.Running), "running")]
[JsonDerivedType(typeof(FulfilmentState.Compensating), "compensating")]
[JsonDerivedType(typeof(FulfilmentState.Completed), "completed")]
[JsonDerivedType(typeof(FulfilmentState.Compensated), "compensated")]
[JsonDerivedType(typeof(FulfilmentState.Parked), "parked")]
public abstract record FulfilmentState
{
    public sealed record NotStarted : FulfilmentState;

    public abstract record Existing(FulfilmentFacts Facts) : FulfilmentState;

    /// <param name="RetryAt">Null while the attempt is under way; else the attempt failed and the next is due then.</param>
    public sealed record Running(
        FulfilmentFacts Facts, FulfilmentStep Step, int Attempt, DateTimeOffset Deadline, DateTimeOffset? RetryAt) : Existing(Facts);

    /// <param name="Failures">Failed attempts of this step.</param>
    public sealed record Compensating(
        FulfilmentFacts Facts, string Reason, CompensationStep Step, int Failures, DateTimeOffset? RetryAt) : Existing(Facts);

    public sealed record Completed(FulfilmentFacts Facts) : Existing(Facts);

    public sealed record Compensated(FulfilmentFacts Facts, string Reason) : Existing(Facts);

    /// <summary>A compensation step keeps failing; a person must act.</summary>
    public sealed record Parked(FulfilmentFacts Facts, string Reason, CompensationStep Step, string Cause, string Owner) : Existing(Facts);
}

/// <summary>The saga of one order: five steps forward, and what undoes them.</summary>
public sealed class Fulfilment : IAggregate<FulfilmentState, FulfilmentCommand>
{
    private const CompensationStep LastCompensation = CompensationStep.CancelOrder;

    private Fulfilment() { }

    /// <summary>How many events <see cref="StartFulfilment"/> makes.</summary>
    public const int EventsOfStart = 2;

    public static string StreamType => "fulfilment";

    public static FulfilmentState Initial { get; } = new FulfilmentState.NotStarted();

    public static Decision Decide(FulfilmentState state, FulfilmentCommand command) => (state, command) switch
    {
        (FulfilmentState.NotStarted, StartFulfilment c) => Decision.Accept(
            new FulfilmentStarted(c.OrderId, c.CustomerId, c.Lines, c.Amount, c.Currency, c.PaymentMethod, c.At),
            Started(FulfilmentStep.ReserveStock, 1, c.At)),
        (FulfilmentState.NotStarted, _) => Decision.Reject(Refusals.FulfilmentNotFound, "There is no such fulfilment."),
        (_, StartFulfilment) => Decision.AlreadyDone,

        (FulfilmentState.Running running, CompleteStep c) when running.Step == c.Step => Complete(c),
        (FulfilmentState.Running running, FailStep c) when running.Step == c.Step && running.RetryAt is null => Fail(running, c),
        (FulfilmentState.Running { RetryAt: { } due } running, WakeFulfilment c) when c.At >= due && c.At < running.Deadline =>
            Decision.Accept(new StepStarted(running.Step, running.Attempt + 1, running.Deadline, c.At)),
        (FulfilmentState.Running running, WakeFulfilment c) when c.At >= running.Deadline =>
            Fail(running, new FailStep(running.Step, "deadline-passed", "The step did not end in time.", false, c.At)),
        (FulfilmentState.Running { RetryAt: not null } running, RetryFulfilment c) => Decision.Accept(
            new FulfilmentResumed("retry", c.By, c.Reason, c.At), Started(running.Step, running.Attempt + 1, c.At)),
        (FulfilmentState.Running running, Compensate c) => Decision.Accept(
            new CompensationStarted(c.Reason, c.By, FirstCompensation(running.Step), c.At)),
        (FulfilmentState.Completed, Compensate c) => Decision.Accept(
            new CompensationStarted(c.Reason, c.By, CompensationStep.CancelShipment, c.At)),

        (FulfilmentState.Compensating comp, CompleteCompensationStep c) when comp.Step == c.Step => CompleteCompensation(c.Step, false, c.At),
        (FulfilmentState.Compensating comp, FailCompensationStep c) when comp.Step == c.Step && (comp.RetryAt is null || c.At >= comp.RetryAt) =>
            FailCompensation(comp, c),
        (FulfilmentState.Compensating { RetryAt: not null }, RetryFulfilment c) => Decision.Accept(
            new FulfilmentResumed("retry", c.By, c.Reason, c.At)),
        (FulfilmentState.Compensating, Compensate) => Decision.AlreadyDone,

        (FulfilmentState.Parked, RetryFulfilment c) => Decision.Accept(new FulfilmentResumed("retry", c.By, c.Reason, c.At)),
        (FulfilmentState.Parked, Compensate c) => Decision.Accept(new FulfilmentResumed("compensate", c.By, c.Reason, c.At)),
        (FulfilmentState.Parked parked, SkipCompensationStep c) => new Decision.Accepted(
        [
            new FulfilmentResumed("skip", c.By, c.Reason, c.At),
            .. ((Decision.Accepted)CompleteCompensation(parked.Step, true, c.At)).Events,
        ]),
        (_, SkipCompensationStep) => Decision.Reject(Refusals.FulfilmentNotParked, "Only a parked fulfilment's step can be skipped."),
        (_, WakeFulfilment) => Decision.AlreadyDone,
        (FulfilmentState.Parked, _) => Decision.Reject(Refusals.FulfilmentParked, "The fulfilment is parked; a person must act."),
        (FulfilmentState.Compensated, Compensate) => Decision.AlreadyDone,
        (_, RetryFulfilment) => Decision.Reject(Refusals.FulfilmentNotParked, "Nothing is waiting to be retried."),
        (FulfilmentState.Completed or FulfilmentState.Compensated, _) => Decision.Reject(Refusals.FulfilmentEnded, "The fulfilment has ended."),
        _ => Decision.Reject(Refusals.FulfilmentNotAtStep, $"{command.GetType().Name} does not fit a fulfilment that is {state.GetType().Name}."),
    };

    public static FulfilmentState Evolve(FulfilmentState state, DomainEvent @event) => (state, @event) switch
    {
        (FulfilmentState.NotStarted, FulfilmentStarted e) => new FulfilmentState.Running(
            new FulfilmentFacts(e.OrderId, e.CustomerId, e.Lines, e.Amount, e.Currency, e.PaymentMethod),
            FulfilmentStep.ReserveStock, 0, e.At, e.At),
        (FulfilmentState.Running running, StepStarted e) when Follows(running, e) => running with
        {
            Step = e.Step,
            Attempt = e.Attempt,
            Deadline = e.Deadline,
            RetryAt = null,
        },
        (FulfilmentState.Running running, StepCompleted e) when e.Step == running.Step => state,
        (FulfilmentState.Running running, StepFailed e) when e.Step == running.Step && e.Attempt == running.Attempt =>
            running with { RetryAt = e.RetryAt ?? e.At },
        (FulfilmentState.Running { RetryAt: not null }, FulfilmentResumed) => state,
        (FulfilmentState.Running { Step: FulfilmentStep.CapturePayment } running, FulfilmentCompleted) =>
            new FulfilmentState.Completed(running.Facts),
        (FulfilmentState.Running or FulfilmentState.Completed, CompensationStarted e) => new FulfilmentState.Compensating(
            ((FulfilmentState.Existing)state).Facts, e.Reason, e.First, 0, null),
        (FulfilmentState.Compensating comp, CompensationStepCompleted e) when e.Step == comp.Step => e.Step == LastCompensation
            ? comp
            : comp with { Step = e.Step + 1, Failures = 0, RetryAt = null },
        (FulfilmentState.Compensating comp, CompensationStepFailed e) when e.Step == comp.Step && e.Attempt == comp.Failures + 1 =>
            comp with { Failures = e.Attempt, RetryAt = e.RetryAt },
        (FulfilmentState.Compensating { Step: LastCompensation } comp, FulfilmentCompensated) =>
            new FulfilmentState.Compensated(comp.Facts, comp.Reason),
        (FulfilmentState.Compensating comp, FulfilmentParked e) when e.Step == comp.Step => new FulfilmentState.Parked(
            comp.Facts, comp.Reason, e.Step, e.Reason, e.Owner),
        (FulfilmentState.Compensating { RetryAt: not null } comp, FulfilmentResumed) => comp with { RetryAt = null },
        (FulfilmentState.Parked parked, FulfilmentResumed) => new FulfilmentState.Compensating(
            parked.Facts, parked.Reason, parked.Step, 0, null),
        _ => throw new ImpossibleEventException(state, @event),
    };

    private static bool Follows(FulfilmentState.Running running, StepStarted next) => next.Step == running.Step
        ? next.Attempt == running.Attempt + 1
        : next.Step == running.Step + 1 && next.Attempt == 1;

    private static StepStarted Started(FulfilmentStep step, int attempt, DateTimeOffset at) =>
        new(step, attempt, Backoff.Later(at, Limits.StepDeadline), at);

    private static Decision Complete(CompleteStep command) => command.Step == FulfilmentStep.CapturePayment
        ? Decision.Accept(new StepCompleted(command.Step, command.At), new FulfilmentCompleted(command.At))
        : Decision.Accept(new StepCompleted(command.Step, command.At), Started(command.Step + 1, 1, command.At));

    private static Decision Fail(FulfilmentState.Running running, FailStep command)
    {
        var retryAt = Backoff.Later(command.At, Backoff.After(running.Facts.OrderId, running.Attempt));
        if (command.Transient && running.Attempt < Limits.StepAttempts && retryAt < running.Deadline)
            return Decision.Accept(new StepFailed(command.Step, running.Attempt, command.Code, command.Detail, retryAt, command.At));
        return Decision.Accept(
            new StepFailed(command.Step, running.Attempt, command.Code, command.Detail, null, command.At),
            new CompensationStarted(command.Code, "fulfilment", FirstCompensation(command.Step), command.At));
    }

    // A step that was started may have happened, so it is undone like one that completed.
    private static CompensationStep FirstCompensation(FulfilmentStep reached) => reached switch
    {
        FulfilmentStep.ReserveStock => CompensationStep.ReleaseStock,
        FulfilmentStep.AuthorizePayment or FulfilmentStep.ConfirmOrder => CompensationStep.ReturnMoney,
        _ => CompensationStep.CancelShipment,
    };

    private static Decision CompleteCompensation(CompensationStep step, bool skipped, DateTimeOffset at) => step == LastCompensation
        ? Decision.Accept(new CompensationStepCompleted(step, skipped, at), new FulfilmentCompensated(at))
        : Decision.Accept(new CompensationStepCompleted(step, skipped, at));

    private static Decision FailCompensation(FulfilmentState.Compensating comp, FailCompensationStep command)
    {
        var attempt = comp.Failures + 1;
        if (command.Transient && attempt < Limits.CompensationAttempts)
        {
            var retryAt = Backoff.Later(command.At, Backoff.After(comp.Facts.OrderId, attempt));
            return Decision.Accept(new CompensationStepFailed(command.Step, attempt, command.Code, command.Detail, retryAt, command.At));
        }
        return Decision.Accept(
            new CompensationStepFailed(command.Step, attempt, command.Code, command.Detail, null, command.At),
            new FulfilmentParked(command.Step, command.Detail, "operations", command.At));
    }
}
