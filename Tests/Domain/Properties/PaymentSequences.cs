using OrleansOrders.Domain;
using OrleansOrders.Tests.Domain.Support;

namespace OrleansOrders.Tests.Domain.Properties;

/// <summary>Payments under random commands: money is taken at most once, and never more comes back than was taken.</summary>
public static class PaymentSequences
{
    private const long Amount = 600;

    private const long Limit = 150;

    private static readonly RefundLimits Limits = RefundLimits.Parse($"GBP={Limit}")!;

    public static void Check(Random chance, List<object> story)
    {
        var run = new SequenceRun<Payment, PaymentState, PaymentCommand>(story);
        var length = chance.Next(5, 40);
        for (var i = 0; i < length; i++)
        {
            var command = run.HasEarlier && chance.OneIn(5) ? run.Earlier(chance) : Any(chance, i);
            run.Send(command, isRepeatable: true);
            Balances(run.State, run.History);
        }
    }

    private static void Balances(PaymentState state, List<DomainEvent> history)
    {
        var captured = history.OfType<PaymentCaptured>().Select(captured => captured.Amount).ToArray();
        Assert.InRange(captured.Length, 0, 1);
        var paidBack = history.OfType<PaymentRefunded>().ToArray();
        Assert.InRange(paidBack.Sum(refund => refund.Amount), 0, captured.Sum());
        Assert.Equal(paidBack.Length, paidBack.Select(refund => refund.RefundId).Distinct().Count());
        Assert.False(captured.Length > 0 && history.OfType<PaymentVoided>().Any(), "Money was taken and the payment voided.");
        OnePersonStaysBelowTheLimit(history);
        if (state is not PaymentState.Existing { Facts: var facts })
            return;
        Assert.Equal((captured.Sum(), paidBack.Sum(refund => refund.Amount)), (facts.Captured, facts.Refunded));
        Assert.InRange(facts.RefundsPromised, facts.Refunded, facts.Captured);
        Assert.Equal(state is PaymentState.Captured, facts.Captured > 0);
    }

    // Counted from the events alone: what was promised to one person and not refused by the provider, but for what another approved.
    private static void OnePersonStaysBelowTheLimit(List<DomainEvent> history)
    {
        var approvals = history.OfType<RefundApproved>().ToArray();
        foreach (var approved in approvals)
            Assert.NotEqual(approved.By, history.OfType<RefundProposed>().Last(proposed => proposed.RefundId == approved.RefundId).By);
        var alone = new Dictionary<string, (string By, long Amount)>();
        for (var i = 0; i < history.Count; i++)
        {
            if (history[i] is RefundRequested { By: { } by } asked && history[i - 1] is not RefundApproved)
                alone[asked.RefundId] = (by, asked.Amount);
            else if (history[i] is RefundFailed failed)
                alone.Remove(failed.RefundId);
        }
        Assert.All(alone.Values.GroupBy(refund => refund.By), person => Assert.InRange(person.Sum(refund => refund.Amount), 0, Limit));
    }

    private static PaymentCommand Any(Random chance, int index)
    {
        var at = Samples.Noon.AddMinutes(index);
        if (index < 2 && !chance.OneIn(8))
            return new RequestPayment("o1", Amount, "GBP", "pm_ok", at);
        return chance.Next(28) switch
        {
            0 => new RequestPayment("o1", chance.Pick(0, -1, Amount, Amount + 1, long.MaxValue), chance.Pick("GBP", "EUR", "GBX"), "pm_ok", at),
            < 4 => new RecordAuthorized(chance.Pick("A1", "A2"), at),
            4 => new RecordDeclined("no_funds", at),
            < 7 => new RecordOutcomeUnknown(chance.Pick("authorize", "capture", "refund/r1"), at),
            < 10 => new RecordCaptured(chance.Pick("C1", "C2"), at),
            10 => new RecordCaptureFailed(chance.Pick("busy", "card_blocked"), at),
            11 => chance.OneIn(3) ? new VoidPayment(at) : new RecordCaptureFailed("busy", at),
            < 17 => new RequestRefund(RefundId(chance), RefundAmount(chance), "broken", at) { By = chance.Pick("ada", "grace"), Limits = Limits },
            < 21 => new RecordRefunded(RefundId(chance), "R1", at),
            < 25 => new ApproveRefund(RefundId(chance), at) { By = chance.Pick("ada", "grace", null) },
            25 => new RejectRefund(RefundId(chance), "not broken", at) { By = chance.Pick("ada", "grace", null) },
            26 => new WithdrawRefund(RefundId(chance), at) { By = chance.Pick("ada", "grace", null) },
            _ => new RecordRefundFailed(RefundId(chance), "account_closed", at),
        };
    }

    private static string RefundId(Random chance) => chance.Pick("r1", "r2", "r3", "r4");

    private static long RefundAmount(Random chance) => chance.OneIn(8)
        ? chance.Pick(0, -1, Amount, Amount + 1, long.MaxValue, long.MinValue)
        : chance.Next(1, 400);
}
