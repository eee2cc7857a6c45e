using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace OrleansOrders.Domain;

// Commands

public abstract record PaymentCommand(DateTimeOffset At) : Command(At);

/// <summary>Asks for the order's money. The committed event starts the provider call.</summary>
public sealed record RequestPayment(string OrderId, long Amount, string Currency, string Method, DateTimeOffset At)
    : PaymentCommand(At), IBeginsStream;

public sealed record RecordAuthorized(string AuthorizationId, DateTimeOffset At) : PaymentCommand(At);

public sealed record RecordDeclined(string Code, DateTimeOffset At) : PaymentCommand(At);

/// <summary>The provider did not answer. Ask it by idempotency key before anything else.</summary>
public sealed record RecordOutcomeUnknown(string Operation, DateTimeOffset At) : PaymentCommand(At);

public sealed record RecordCaptured(string CaptureId, DateTimeOffset At) : PaymentCommand(At);

public sealed record RecordCaptureFailed(string Code, DateTimeOffset At) : PaymentCommand(At);

/// <summary>Closes a payment that took no money. On a payment that was never requested it leaves a mark, so that a late request is refused.</summary>
public sealed record VoidPayment(DateTimeOffset At) : PaymentCommand(At);

/// <summary>What people do about giving money back.</summary>
public abstract record RefundCommand(DateTimeOffset At) : PaymentCommand(At)
{
    /// <summary>Who acts, as the engine knows it; callers cannot say it. Null: the program itself, whose refunds have no limit.</summary>
    [JsonIgnore]
    public string? By { get; init; }
}

/// <param name="RefundId">Chosen by the caller; the same id is the same refund.</param>
public sealed record RequestRefund(string RefundId, long Amount, string Reason, DateTimeOffset At) : RefundCommand(At)
{
    /// <summary>Above which amounts another person is needed, as the engine is told; callers cannot say it. Null: none.</summary>
    [JsonIgnore]
    public RefundLimits? Limits { get; init; }
}

public sealed record ApproveRefund(string RefundId, DateTimeOffset At) : RefundCommand(At);

public sealed record RejectRefund(string RefundId, string Reason, DateTimeOffset At) : RefundCommand(At);

/// <summary>Takes a proposal back; only whoever made it.</summary>
public sealed record WithdrawRefund(string RefundId, DateTimeOffset At) : RefundCommand(At);

public sealed record RecordRefunded(string RefundId, string Reference, DateTimeOffset At) : PaymentCommand(At);

public sealed record RecordRefundFailed(string RefundId, string Code, DateTimeOffset At) : PaymentCommand(At);

// Events

public sealed record PaymentRequested(string OrderId, long Amount, string Currency, string Method, DateTimeOffset At) : DomainEvent(At);

public sealed record PaymentAuthorized(string AuthorizationId, DateTimeOffset At) : DomainEvent(At);

public sealed record PaymentDeclined(string Code, DateTimeOffset At) : DomainEvent(At);

public sealed record PaymentOutcomeUnknown(string Operation, DateTimeOffset At) : DomainEvent(At);

public sealed record PaymentCaptured(string CaptureId, long Amount, string Currency, DateTimeOffset At) : DomainEvent(At);

public sealed record PaymentCaptureFailed(string Code, DateTimeOffset At) : DomainEvent(At);

public sealed record PaymentVoided(DateTimeOffset At) : DomainEvent(At);

public sealed record RefundProposed(
    string RefundId, long Amount, string Reason, string By, DateTimeOffset ExpiresAt, DateTimeOffset At) : DomainEvent(At);

public sealed record RefundApproved(string RefundId, string By, DateTimeOffset At) : DomainEvent(At);

public sealed record RefundRejected(string RefundId, string By, string Reason, DateTimeOffset At) : DomainEvent(At);

public sealed record RefundWithdrawn(string RefundId, string By, DateTimeOffset At) : DomainEvent(At);

public sealed record RefundRequested(string RefundId, long Amount, string Reason, DateTimeOffset At) : DomainEvent(At)
{
    /// <summary>Who asked for it; null for the program itself, and in events of before.</summary>
    public string? By { get; init; }
}

public sealed record PaymentRefunded(string RefundId, string Reference, long Amount, string Currency, DateTimeOffset At) : DomainEvent(At);

public sealed record RefundFailed(string RefundId, string Code, DateTimeOffset At) : DomainEvent(At);

// State

[JsonConverter(typeof(JsonStringEnumConverter<RefundStatus>))]
public enum RefundStatus
{
    [JsonStringEnumMemberName("requested")]
    Requested,
    [JsonStringEnumMemberName("refunded")]
    Refunded,
    [JsonStringEnumMemberName("failed")]
    Failed,
    [JsonStringEnumMemberName("proposed")]
    Proposed,
    [JsonStringEnumMemberName("rejected")]
    Rejected,
    [JsonStringEnumMemberName("withdrawn")]
    Withdrawn,
}

public sealed record Refund(string RefundId, long Amount, string Reason, RefundStatus Status)
{
    public string? By { get; init; }

    /// <summary>The second person, where one was needed and has approved.</summary>
    public string? ApprovedBy { get; init; }

    /// <summary>Until when a proposal can be approved.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Its amount is given back, or is about to be.</summary>
    public bool HoldsMoney => Status is RefundStatus.Requested or RefundStatus.Refunded;
}

public sealed record PaymentFacts(string OrderId, long Amount, string Currency, string Method)
{
    public string? AuthorizationId { get; init; }

    /// <summary>The operation whose outcome the provider has not told yet, or null.</summary>
    public string? Unknown { get; init; }

    /// <summary>Why the provider last refused, or null.</summary>
    public string? Failure { get; init; }

    public long Captured { get; init; }

    public ImmutableArray<Refund> Refunds { get; init; } = [];

    public long Refunded => Refunds.Sum(refund => refund.Status == RefundStatus.Refunded ? refund.Amount : 0);

    /// <summary>Refunded, or asked for and not refused.</summary>
    public long RefundsPromised => Refunds.Sum(refund => refund.HoldsMoney ? refund.Amount : 0);
}

[JsonPolymorphic(TypeDiscriminatorPropertyName = "state")]
[JsonDerivedType(typeof(PaymentState.NotRequested), "not-requested")]
[JsonDerivedType(typeof(PaymentState.Requested), "requested")]
[JsonDerivedType(typeof(PaymentState.Authorized), "authorized")]
[JsonDerivedType(typeof(PaymentState.Declined), "declined")]
[JsonDerivedType(typeof(PaymentState.Captured), "captured")]
[JsonDerivedType(typeof(PaymentState.Voided), "voided")]
public abstract record PaymentState
{
    public sealed record NotRequested : PaymentState;

    public abstract record Existing(PaymentFacts Facts) : PaymentState;

    public sealed record Requested(PaymentFacts Facts) : Existing(Facts);

    public sealed record Authorized(PaymentFacts Facts) : Existing(Facts);

    public sealed record Declined(PaymentFacts Facts) : Existing(Facts);

    public sealed record Captured(PaymentFacts Facts) : Existing(Facts);

    /// <summary>Closed without money; <paramref name="Facts"/> is null when it was never requested.</summary>
    public sealed record Voided(PaymentFacts? Facts) : PaymentState;
}

/// <summary>The money of one order. Captured at most once; refunds never exceed what was captured.</summary>
public sealed class Payment : IAggregate<PaymentState, PaymentCommand>
{
    private Payment() { }

    public static string StreamType => "payment";

    public static PaymentState Initial { get; } = new PaymentState.NotRequested();

    public static Decision Decide(PaymentState state, PaymentCommand command) => (state, command) switch
    {
        (PaymentState.NotRequested, RequestPayment { Amount: <= 0 or > Limits.OrderTotal }) => Decision.Reject(
            Refusals.AmountOverflow, $"An amount is 1 to {Limits.OrderTotal} minor units."),
        (PaymentState.NotRequested, RequestPayment c) => Currencies.IsKnown(c.Currency)
            ? Decision.Accept(new PaymentRequested(c.OrderId, c.Amount, c.Currency, c.Method, c.At))
            : Decision.Reject(Refusals.CurrencyUnknown, $"{c.Currency} is not a currency of ISO 4217 that is accepted here."),
        (PaymentState.NotRequested, VoidPayment c) => Decision.Accept(new PaymentVoided(c.At)),
        (PaymentState.NotRequested, _) => Decision.Reject(Refusals.PaymentNotFound, "There is no such payment."),
        (PaymentState.Existing { Facts: var f }, RequestPayment c) => f.Amount == c.Amount && f.Currency == c.Currency && f.Method == c.Method
            ? Decision.AlreadyDone
            : Decision.Reject(Refusals.PaymentMismatch, "The payment was requested with another amount, currency or method."),

        (PaymentState.Requested, RecordAuthorized c) => Decision.Accept(new PaymentAuthorized(c.AuthorizationId, c.At)),
        (PaymentState.Requested, RecordDeclined c) => Decision.Accept(new PaymentDeclined(c.Code, c.At)),
        (PaymentState.Requested or PaymentState.Authorized or PaymentState.Captured, RecordOutcomeUnknown c) =>
            ((PaymentState.Existing)state).Facts.Unknown == c.Operation
                ? Decision.AlreadyDone
                : Decision.Accept(new PaymentOutcomeUnknown(c.Operation, c.At)),
        (PaymentState.Requested or PaymentState.Authorized, VoidPayment c) => Decision.Accept(new PaymentVoided(c.At)),

        (PaymentState.Authorized { Facts: var f }, RecordCaptured c) =>
            Decision.Accept(new PaymentCaptured(c.CaptureId, f.Amount, f.Currency, c.At)),
        (PaymentState.Authorized { Facts: var f }, RecordCaptureFailed c) => f.Failure == c.Code && f.Unknown is null
            ? Decision.AlreadyDone
            : Decision.Accept(new PaymentCaptureFailed(c.Code, c.At)),
        (PaymentState.Authorized or PaymentState.Captured, RecordAuthorized) => Decision.AlreadyDone,
        (PaymentState.Captured, RecordCaptured) => Decision.AlreadyDone,
        (PaymentState.Captured, VoidPayment or RecordDeclined or RecordCaptureFailed) => Decision.Reject(
            Refusals.PaymentCaptured, "The money is taken; it can only be refunded."),
        (PaymentState.Authorized, RecordDeclined) => Decision.Reject(
            Refusals.PaymentMismatch, "The provider has authorized the payment; it cannot have declined it as well."),

        (PaymentState.Captured { Facts: var f }, RefundCommand or RecordRefunded or RecordRefundFailed) => Refunds.Decide(f, command),
        (_, RefundCommand or RecordRefunded or RecordRefundFailed) => Decision.Reject(
            Refusals.PaymentNotCaptured, "Nothing was captured, so nothing can be refunded."),

        (PaymentState.Declined or PaymentState.Voided, VoidPayment) => Decision.AlreadyDone,
        (PaymentState.Declined, RecordDeclined) => Decision.AlreadyDone,
        (PaymentState.Declined, _) => Decision.Reject(Refusals.PaymentDeclined, "The payment was declined."),
        (PaymentState.Voided, _) => Decision.Reject(Refusals.PaymentVoided, "The payment was voided."),
        _ => Decision.Reject(Refusals.PaymentNotAuthorized, $"{command.GetType().Name} does not fit a payment that is {state.GetType().Name}."),
    };

    public static PaymentState Evolve(PaymentState state, DomainEvent @event) => (state, @event) switch
    {
        (PaymentState.NotRequested, PaymentRequested e) => new PaymentState.Requested(new PaymentFacts(e.OrderId, e.Amount, e.Currency, e.Method)),
        (PaymentState.NotRequested, PaymentVoided) => new PaymentState.Voided(null),
        (PaymentState.Requested(var f), PaymentAuthorized e) => new PaymentState.Authorized(f with { AuthorizationId = e.AuthorizationId, Unknown = null }),
        (PaymentState.Requested(var f), PaymentDeclined e) => new PaymentState.Declined(f with { Failure = e.Code, Unknown = null }),
        (PaymentState.Requested(var f), PaymentOutcomeUnknown e) => new PaymentState.Requested(f with { Unknown = e.Operation }),
        (PaymentState.Authorized(var f), PaymentOutcomeUnknown e) => new PaymentState.Authorized(f with { Unknown = e.Operation }),
        (PaymentState.Captured(var f), PaymentOutcomeUnknown e) => new PaymentState.Captured(f with { Unknown = e.Operation }),
        (PaymentState.Requested or PaymentState.Authorized, PaymentVoided) =>
            new PaymentState.Voided(((PaymentState.Existing)state).Facts with { Unknown = null }),
        (PaymentState.Authorized(var f), PaymentCaptured e) => new PaymentState.Captured(f with { Captured = e.Amount, Unknown = null, Failure = null }),
        (PaymentState.Authorized(var f), PaymentCaptureFailed e) => new PaymentState.Authorized(f with { Failure = e.Code, Unknown = null }),
        (PaymentState.Captured(var f), RefundProposed or RefundApproved or RefundRejected or RefundWithdrawn or RefundRequested
            or PaymentRefunded or RefundFailed) => new PaymentState.Captured(Refunds.Evolve(f, @event)),
        _ => throw new ImpossibleEventException(state, @event),
    };
}
