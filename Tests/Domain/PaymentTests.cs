using OrleansOrders.Domain;
using OrleansOrders.Tests.Domain.Support;
using static OrleansOrders.Tests.Domain.Support.PaymentSamples;

namespace OrleansOrders.Tests.Domain;

public sealed class PaymentTests : AggregateSpec<Payment, PaymentState, PaymentCommand>
{
    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(Limits.OrderTotal + 1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void An_amount_outside_its_limits_is_not_requested(long amount) => Given()
        .When(new RequestPayment("o1", amount, "GBP", "pm_ok", Noon)).Refused(Refusals.AmountOverflow);

    [Fact]
    public void An_unknown_currency_is_not_requested() => Given()
        .When(new RequestPayment("o1", 600, "GBX", "pm_ok", Noon)).Refused(Refusals.CurrencyUnknown);

    [Theory]
    [InlineData(601, "GBP", "pm_ok")]
    [InlineData(600, "EUR", "pm_ok")]
    [InlineData(600, "GBP", "pm_slow")]
    public void A_second_request_must_be_the_same(long amount, string currency, string method) => Given(Requested)
        .When(new RequestPayment("o1", amount, currency, method, Noon)).Refused(Refusals.PaymentMismatch);

    [Fact]
    public void A_void_that_comes_before_the_request_wins() => GivenCommands(new VoidPayment(Noon))
        .When(new RequestPayment("o1", 600, "GBP", "pm_ok", Noon)).Refused(Refusals.PaymentVoided);

    [Fact]
    public void An_authorization_settles_an_unknown_outcome()
    {
        var state = Given(Histories["unclear"]).When(new RecordAuthorized("A1", Noon)).Then(Authorized);
        var facts = Assert.IsType<PaymentState.Authorized>(state).Facts;
        Assert.Equal(("A1", null), (facts.AuthorizationId, facts.Unknown));
    }

    [Fact]
    public void A_capture_takes_the_whole_amount_and_clears_an_earlier_failure()
    {
        var state = Given(Histories["capture-failed"]).When(new RecordCaptured("C1", Noon)).Then(Captured);
        var facts = Assert.IsType<PaymentState.Captured>(state).Facts;
        Assert.Equal((600, null), (facts.Captured, facts.Failure));
    }

    [Fact]
    public void Another_capture_failure_is_kept_too() => Given(Histories["capture-failed"])
        .When(new RecordCaptureFailed("expired", Noon)).Then(new PaymentCaptureFailed("expired", Noon));

    [Fact]
    public void The_same_capture_failure_after_an_unknown_outcome_settles_it()
    {
        var state = Given([.. Histories["capture-failed"], new PaymentOutcomeUnknown("capture", Noon)])
            .When(new RecordCaptureFailed("card_blocked", Noon)).Then(new PaymentCaptureFailed("card_blocked", Noon));
        Assert.Null(Assert.IsType<PaymentState.Authorized>(state).Facts.Unknown);
    }

    [Fact]
    public void A_late_second_capture_takes_no_more_money() => Given(UpToCaptured).When(new RecordCaptured("C2", Noon)).ChangesNothing();

    [Fact]
    public void Refunds_add_up_to_what_was_captured_and_no_further()
    {
        Given(Histories["refunded"]).When(new RequestRefund("r2", 101, "broken", Noon)).Refused(Refusals.RefundExceedsCaptured);
        var state = Given(Histories["refunded"]).When(new RequestRefund("r2", 100, "broken", Noon))
            .Then(new RefundRequested("r2", 100, "broken", Noon));
        var facts = Assert.IsType<PaymentState.Captured>(state).Facts;
        Assert.Equal((500, 600), (facts.Refunded, facts.RefundsPromised));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(601)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void A_refund_is_of_something_that_is_left(long amount) => Given(UpToCaptured)
        .When(new RequestRefund("r1", amount, "broken", Noon)).Refused(Refusals.RefundExceedsCaptured);

    [Fact]
    public void A_requested_refund_holds_its_money() => Given(Histories["refunding"])
        .When(new RequestRefund("r2", 101, "broken", Noon)).Refused(Refusals.RefundExceedsCaptured);

    [Fact]
    public void A_failed_refund_holds_none() => Given(Histories["refund-failed"])
        .When(new RequestRefund("r2", 600, "broken", Noon)).Accepted();

    [Fact]
    public void The_same_refund_with_another_amount_is_refused() => Given(Histories["refunding"])
        .When(new RequestRefund("r1", 400, "broken", Noon)).Refused(Refusals.PaymentMismatch);

    [Fact]
    public void A_failed_refund_may_be_requested_again_with_another_amount()
    {
        var state = Given(Histories["refund-failed"]).When(new RequestRefund("r1", 600, "broken", Noon)).Accepted();
        var refund = Assert.Single(Assert.IsType<PaymentState.Captured>(state).Facts.Refunds);
        Assert.Equal(new Refund("r1", 600, "broken", RefundStatus.Requested), refund);
    }

    [Fact]
    public void A_late_success_of_a_failed_refund_does_not_pay_money_promised_elsewhere() => Given(
            [.. Histories["refund-failed"], new RefundRequested("r2", 600, "broken", Noon), new PaymentRefunded("r2", "R2", 600, "GBP", Noon)])
        .When(new RecordRefunded("r1", "R1", Noon)).Refused(Refusals.RefundFailed);

    [Fact]
    public void A_payment_has_at_most_a_hundred_refunds()
    {
        var refunds = Enumerable.Range(0, Limits.RefundsPerPayment).Select(i => (DomainEvent)new RefundRequested($"x{i}", 1, "broken", Noon));
        var full = Given([.. UpToCaptured, .. refunds, new RefundFailed("x0", "account_closed", Noon)]);
        full.When(new RequestRefund("r1", 1, "broken", Noon)).Refused(Refusals.TooManyRefunds);
        full.When(new RequestRefund("x0", 1, "broken", Noon)).Then(new RefundRequested("x0", 1, "broken", Noon));
        full.When(new RequestRefund("x1", 1, "broken", Noon)).ChangesNothing();
    }

    [Fact]
    public void A_failed_refund_leaves_its_reason()
    {
        var state = Given(Histories["refund-unclear"]).When(new RecordRefundFailed("r1", "account_closed", Noon))
            .Then(new RefundFailed("r1", "account_closed", Noon));
        var facts = Assert.IsType<PaymentState.Captured>(state).Facts;
        Assert.Equal((0, 0, "account_closed", null), (facts.Refunded, facts.RefundsPromised, facts.Failure, facts.Unknown));
    }
}
