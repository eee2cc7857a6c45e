namespace OrleansOrders.Domain;

/// <summary>
/// The rules for giving money back. A refund above the limit, alone or with what the same person has asked for before, is
/// only proposed until another person approves it. A proposal holds no money: what is left is looked at when it is approved.
/// </summary>
internal static class Refunds
{
    public static Decision Decide(PaymentFacts facts, PaymentCommand command) => command switch
    {
        RequestRefund c => Request(facts, c),
        ApproveRefund c => Find(facts, c.RefundId) switch
        {
            { Status: RefundStatus.Proposed } refund => Approve(facts, refund, c),
            { ApprovedBy: not null } => Decision.AlreadyDone,
            var refund => NotProposed(refund),
        },
        RejectRefund c => Find(facts, c.RefundId) switch
        {
            { Status: RefundStatus.Proposed } refund => IsAnother(refund, c)
                ? Decision.Accept(new RefundRejected(c.RefundId, c.By!, c.Reason, c.At))
                : AnotherNeeded,
            { Status: RefundStatus.Rejected } => Decision.AlreadyDone,
            var refund => NotProposed(refund),
        },
        WithdrawRefund c => Find(facts, c.RefundId) switch
        {
            { Status: RefundStatus.Proposed } refund => refund.By == c.By
                ? Decision.Accept(new RefundWithdrawn(c.RefundId, refund.By!, c.At))
                : Decision.Reject(Refusals.RefundOfAnother, "Only whoever proposed the refund may withdraw it; others reject it."),
            { Status: RefundStatus.Withdrawn } => Decision.AlreadyDone,
            var refund => NotProposed(refund),
        },
        RecordRefunded c => Find(facts, c.RefundId) switch
        {
            { Status: RefundStatus.Refunded } => Decision.AlreadyDone,
            // Its money may be promised to another refund by now, so a failed one comes back only by a new request.
            { Status: RefundStatus.Failed } => Decision.Reject(Refusals.RefundFailed, "The refund failed; it must be requested again."),
            { Status: RefundStatus.Requested } refund =>
                Decision.Accept(new PaymentRefunded(c.RefundId, c.Reference, refund.Amount, facts.Currency, c.At)),
            _ => NotFound,
        },
        RecordRefundFailed c => Find(facts, c.RefundId) switch
        {
            { Status: RefundStatus.Failed } => Decision.AlreadyDone,
            { Status: RefundStatus.Refunded } => Decision.Reject(Refusals.PaymentMismatch, "The refund was paid; it cannot have failed as well."),
            { Status: RefundStatus.Requested } => Decision.Accept(new RefundFailed(c.RefundId, c.Code, c.At)),
            _ => NotFound,
        },
        _ => throw new ArgumentOutOfRangeException(nameof(command)),
    };

    public static PaymentFacts Evolve(PaymentFacts facts, DomainEvent @event) => @event switch
    {
        RefundProposed e when Find(facts, e.RefundId) is null or { Status: RefundStatus.Failed } =>
            With(facts, new Refund(e.RefundId, e.Amount, e.Reason, RefundStatus.Proposed) { By = e.By, ExpiresAt = e.ExpiresAt }),
        RefundApproved e when Find(facts, e.RefundId) is { Status: RefundStatus.Proposed } refund => With(facts, refund with { ApprovedBy = e.By }),
        RefundRejected e when Find(facts, e.RefundId) is { Status: RefundStatus.Proposed } refund =>
            With(facts, refund with { Status = RefundStatus.Rejected }),
        RefundWithdrawn e when Find(facts, e.RefundId) is { Status: RefundStatus.Proposed } refund =>
            With(facts, refund with { Status = RefundStatus.Withdrawn }),
        RefundRequested e when Find(facts, e.RefundId) is null or { Status: RefundStatus.Failed } =>
            With(facts, new Refund(e.RefundId, e.Amount, e.Reason, RefundStatus.Requested) { By = e.By }),
        RefundRequested e when Find(facts, e.RefundId) is { Status: RefundStatus.Proposed, ApprovedBy: not null } refund =>
            With(facts, refund with { Status = RefundStatus.Requested, ExpiresAt = null }),
        PaymentRefunded e when Find(facts, e.RefundId) is { Status: RefundStatus.Requested } refund =>
            With(facts with { Unknown = null }, refund with { Status = RefundStatus.Refunded }),
        RefundFailed e when Find(facts, e.RefundId) is { Status: RefundStatus.Requested } refund =>
            With(facts with { Unknown = null, Failure = e.Code }, refund with { Status = RefundStatus.Failed }),
        _ => throw new ImpossibleEventException(new PaymentState.Captured(facts), @event),
    };

    private static readonly Decision NotFound = Decision.Reject(Refusals.RefundNotFound, "There is no such refund.");

    private static readonly Decision AnotherNeeded = Decision.Reject(
        Refusals.RefundNeedsAnother, "Another person decides on a refund than the one who proposed it.");

    private static Decision Request(PaymentFacts facts, RequestRefund command)
    {
        var existing = Find(facts, command.RefundId);
        if (existing is { Status: RefundStatus.Rejected or RefundStatus.Withdrawn })
            return NotProposed(existing);
        if (existing is { Status: not RefundStatus.Failed })
        {
            return existing.Amount == command.Amount
                ? Decision.AlreadyDone
                : Decision.Reject(Refusals.PaymentMismatch, "The refund was requested with another amount.");
        }
        if (existing is null && facts.Refunds.Length >= Limits.RefundsPerPayment)
            return Decision.Reject(Refusals.TooManyRefunds, $"A payment has at most {Limits.RefundsPerPayment} refunds.");
        if (command.Amount <= 0 || command.Amount > Left(facts))
            return TooMuch(facts);
        return NeedsAnother(facts, command)
            ? Decision.Accept(new RefundProposed(
                command.RefundId, command.Amount, command.Reason, command.By!, command.At + Limits.RefundProposal, command.At))
            : Decision.Accept(new RefundRequested(command.RefundId, command.Amount, command.Reason, command.At) { By = command.By });
    }

    private static Decision Approve(PaymentFacts facts, Refund refund, ApproveRefund command)
    {
        if (!IsAnother(refund, command))
            return AnotherNeeded;
        if (command.At >= refund.ExpiresAt)
            return Decision.Reject(Refusals.RefundExpired, "The proposal has expired; the refund must be asked for again.");
        return refund.Amount > Left(facts) ? TooMuch(facts) : Decision.Accept(
            new RefundApproved(refund.RefundId, command.By!, command.At),
            new RefundRequested(refund.RefundId, refund.Amount, refund.Reason, command.At) { By = refund.By });
    }

    // Many small ones are one large one: what nobody else has approved counts together, as long as the provider did not refuse it.
    private static bool NeedsAnother(PaymentFacts facts, RequestRefund command) =>
        command is { By: { } person, Limits: { } limits }
        && command.Amount > limits.Of(facts.Currency) - facts.Refunds.Sum(refund =>
            refund.By == person && refund.ApprovedBy is null && refund.HoldsMoney ? refund.Amount : 0);

    private static bool IsAnother(Refund refund, RefundCommand command) => command.By is { } person && person != refund.By;

    private static long Left(PaymentFacts facts) => facts.Captured - facts.RefundsPromised;

    private static Decision TooMuch(PaymentFacts facts) => Decision.Reject(
        Refusals.RefundExceedsCaptured, $"{Left(facts)} of {facts.Captured} minor units are left to refund.");

    private static Decision NotProposed(Refund? refund) => refund is null
        ? NotFound
        : Decision.Reject(Refusals.RefundNotProposed, $"The refund is {refund.Status.ToString().ToLowerInvariant()}; nobody is to decide on it.");

    private static Refund? Find(PaymentFacts facts, string refundId) =>
        facts.Refunds.FirstOrDefault(refund => refund.RefundId == refundId);

    // In its place, or last when it is new or failed before.
    private static PaymentFacts With(PaymentFacts facts, Refund refund) =>
        Find(facts, refund.RefundId) is { Status: not RefundStatus.Failed } existing
            ? facts with { Refunds = facts.Refunds.Replace(existing, refund) }
            : facts with { Refunds = facts.Refunds.RemoveAll(other => other.RefundId == refund.RefundId).Add(refund) };
}
