using OrleansOrders.Domain;

namespace OrleansOrders.Tests.Domain.Support;

public static class PaymentSamples
{
    private static readonly DateTimeOffset Noon = Samples.Noon;

    public static readonly PaymentRequested Requested = new("o1", 600, "GBP", "pm_ok", Noon);
    public static readonly PaymentAuthorized Authorized = new("A1", Noon);
    public static readonly PaymentCaptured Captured = new("C1", 600, "GBP", Noon);
    public static readonly RefundRequested RefundOf500 = new("r1", 500, "broken", Noon);
    public static readonly RefundProposed ProposalOf500 = new("r1", 500, "broken", "ada", Noon + Limits.RefundProposal, Noon);
    public static readonly DomainEvent[] UpToCaptured = [Requested, Authorized, Captured];

    public static IReadOnlyDictionary<string, DomainEvent[]> Histories { get; } = new Dictionary<string, DomainEvent[]>
    {
        ["none"] = [],
        ["requested"] = [Requested],
        ["unclear"] = [Requested, new PaymentOutcomeUnknown("authorize", Noon)],
        ["authorized"] = [Requested, Authorized],
        ["capture-unclear"] = [Requested, Authorized, new PaymentOutcomeUnknown("capture", Noon)],
        ["capture-failed"] = [Requested, Authorized, new PaymentCaptureFailed("card_blocked", Noon)],
        ["declined"] = [Requested, new PaymentDeclined("no_funds", Noon)],
        ["captured"] = UpToCaptured,
        ["refunding"] = [.. UpToCaptured, RefundOf500],
        ["refund-unclear"] = [.. UpToCaptured, RefundOf500, new PaymentOutcomeUnknown("refund", Noon)],
        ["refunded"] = [.. UpToCaptured, RefundOf500, new PaymentRefunded("r1", "R1", 500, "GBP", Noon)],
        ["refund-failed"] = [.. UpToCaptured, RefundOf500, new RefundFailed("r1", "account_closed", Noon)],
        ["proposed"] = [.. UpToCaptured, ProposalOf500],
        ["rejected"] = [.. UpToCaptured, ProposalOf500, new RefundRejected("r1", "grace", "not broken", Noon)],
        ["withdrawn"] = [.. UpToCaptured, ProposalOf500, new RefundWithdrawn("r1", "ada", Noon)],
        ["voided"] = [Requested, Authorized, new PaymentVoided(Noon)],
        ["marked"] = [new PaymentVoided(Noon)],
    };

    public static IReadOnlyDictionary<string, PaymentCommand> Commands { get; } = new Dictionary<string, PaymentCommand>
    {
        ["request"] = new RequestPayment("o1", 600, "GBP", "pm_ok", Noon),
        ["request-more"] = new RequestPayment("o1", 601, "GBP", "pm_ok", Noon),
        ["authorized"] = new RecordAuthorized("A1", Noon),
        ["declined"] = new RecordDeclined("no_funds", Noon),
        ["unclear"] = new RecordOutcomeUnknown("authorize", Noon),
        ["captured"] = new RecordCaptured("C1", Noon),
        ["capture-failed"] = new RecordCaptureFailed("card_blocked", Noon),
        ["void"] = new VoidPayment(Noon),
        ["refund"] = new RequestRefund("r1", 500, "broken", Noon),
        ["approve"] = new ApproveRefund("r1", Noon) { By = "grace" },
        ["reject"] = new RejectRefund("r1", "not broken", Noon) { By = "grace" },
        ["withdraw"] = new WithdrawRefund("r1", Noon) { By = "ada" },
        ["refund-paid"] = new RecordRefunded("r1", "R1", Noon),
        ["refund-failed"] = new RecordRefundFailed("r1", "account_closed", Noon),
    };
}
