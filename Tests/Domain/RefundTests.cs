using OrleansOrders.Domain;
using OrleansOrders.Tests.Domain.Support;
using static OrleansOrders.Tests.Domain.Support.PaymentSamples;

namespace OrleansOrders.Tests.Domain;

/// <summary>Refunds above a limit need a second person.</summary>
public sealed class RefundTests : AggregateSpec<Payment, PaymentState, PaymentCommand>
{
    private static readonly RefundLimits Hundred = RefundLimits.Parse("GBP=100")!;

    [Fact]
    public void A_refund_up_to_the_limit_goes_ahead() => Given(UpToCaptured).When(Ask("r1", 100, "ada"))
        .Then(new RefundRequested("r1", 100, "broken", Noon) { By = "ada" });

    [Fact]
    public void A_refund_above_the_limit_is_only_proposed_and_holds_no_money()
    {
        var state = Given(UpToCaptured).When(Ask("r1", 101, "ada"))
            .Then(new RefundProposed("r1", 101, "broken", "ada", Noon.AddDays(7), Noon));
        var facts = Assert.IsType<PaymentState.Captured>(state).Facts;
        Assert.Equal((0L, 0L), (facts.RefundsPromised, facts.Refunded));
    }

    [Fact]
    public void Small_refunds_of_one_person_add_up_and_those_of_others_do_not()
    {
        DomainEvent[] before = [.. UpToCaptured, Asked("r1", 60, "ada"), new PaymentRefunded("r1", "R1", 60, "GBP", Noon), Asked("r2", 30, "ada")];
        Given(before).When(Ask("r3", 11, "ada")).Then(new RefundProposed("r3", 11, "broken", "ada", Noon.AddDays(7), Noon));
        Given(before).When(Ask("r3", 10, "ada")).Then(Asked("r3", 10, "ada"));
        Given(before).When(Ask("r3", 100, "grace")).Then(Asked("r3", 100, "grace"));
    }

    [Fact]
    public void What_failed_or_what_another_has_approved_does_not_count()
    {
        Given([.. UpToCaptured, Asked("r1", 100, "ada"), new RefundFailed("r1", "account_closed", Noon)])
            .When(Ask("r2", 100, "ada")).Then(Asked("r2", 100, "ada"));
        Given([.. Histories["proposed"], new RefundApproved("r1", "grace", Noon), Asked("r1", 500, "ada")])
            .When(Ask("r2", 100, "ada")).Then(Asked("r2", 100, "ada"));
    }

    [Fact]
    public void A_failed_refund_that_was_approved_needs_approval_again() => Given(
        [.. Histories["proposed"], new RefundApproved("r1", "grace", Noon), Asked("r1", 500, "ada"), new RefundFailed("r1", "account_closed", Noon)])
        .When(Ask("r1", 500, "ada")).Then(new RefundProposed("r1", 500, "broken", "ada", Noon.AddDays(7), Noon));

    [Fact]
    public void What_the_program_gives_back_by_itself_has_no_limit() => Given(UpToCaptured)
        .When(Ask("compensation", 600, null)).Then(new RefundRequested("compensation", 600, "broken", Noon));

    [Fact]
    public void A_currency_without_a_limit_of_its_own_has_that_of_the_others_and_else_none_is_free()
    {
        Assert.Equal((100L, 0L), (Hundred.Of("GBP"), Hundred.Of("EUR")));
        var limits = RefundLimits.Parse(" JPY = 80000, * = 7 ")!;
        Assert.Equal((80_000L, 7L), (limits.Of("JPY"), limits.Of("GBP")));
        Assert.Null(RefundLimits.Parse(""));
        Assert.Null(RefundLimits.Parse(null));
    }

    [Theory]
    [InlineData("GBP")]
    [InlineData("GBP=")]
    [InlineData("GBP=-1")]
    [InlineData("GBP=1.5")]
    [InlineData("GBX=1")]
    [InlineData("GBP=1,GBP=2")]
    [InlineData("GBP=99999999999999999999")]
    public void What_is_no_list_of_limits_is_refused(string text) => Assert.Throws<FormatException>(() => RefundLimits.Parse(text));

    [Fact]
    public void Another_person_lets_a_proposal_go_ahead_under_the_name_of_the_first()
    {
        var state = Given(Histories["proposed"]).When(new ApproveRefund("r1", Noon) { By = "grace" })
            .Then(new RefundApproved("r1", "grace", Noon), Asked("r1", 500, "ada"));
        Assert.Equal(
            new Refund("r1", 500, "broken", RefundStatus.Requested) { By = "ada", ApprovedBy = "grace" },
            Assert.Single(Assert.IsType<PaymentState.Captured>(state).Facts.Refunds));
    }

    [Fact]
    public void An_approval_that_is_repeated_changes_nothing() => Given(
        [.. Histories["proposed"], new RefundApproved("r1", "grace", Noon), Asked("r1", 500, "ada")])
        .When(new ApproveRefund("r1", Noon) { By = "grace" }).ChangesNothing();

    [Theory]
    [InlineData("ada")]
    [InlineData(null)]
    public void Whoever_proposed_it_and_the_program_itself_neither_approve_nor_reject(string? by)
    {
        Given(Histories["proposed"]).When(new ApproveRefund("r1", Noon) { By = by }).Refused(Refusals.RefundNeedsAnother);
        Given(Histories["proposed"]).When(new RejectRefund("r1", "no", Noon) { By = by }).Refused(Refusals.RefundNeedsAnother);
    }

    [Fact]
    public void Only_whoever_proposed_it_withdraws_it()
    {
        Given(Histories["proposed"]).When(new WithdrawRefund("r1", Noon) { By = "grace" }).Refused(Refusals.RefundOfAnother);
        Given(Histories["proposed"]).When(new WithdrawRefund("r1", Noon) { By = "ada" }).Then(new RefundWithdrawn("r1", "ada", Noon));
    }

    [Fact]
    public void A_proposal_is_approved_until_it_expires_and_turned_down_even_after()
    {
        var end = Noon + Limits.RefundProposal;
        Given(Histories["proposed"]).When(new ApproveRefund("r1", end.AddTicks(-1)) { By = "grace" }).Accepted();
        Given(Histories["proposed"]).When(new ApproveRefund("r1", end) { By = "grace" }).Refused(Refusals.RefundExpired);
        Given(Histories["proposed"]).When(new RejectRefund("r1", "late", end) { By = "grace" }).Accepted();
    }

    [Fact]
    public void A_proposal_whose_money_was_given_back_otherwise_is_not_approved() => Given([.. Histories["proposed"], Asked("r2", 101, "grace")])
        .When(new ApproveRefund("r1", Noon) { By = "grace" }).Refused(Refusals.RefundExceedsCaptured);

    [Theory]
    [InlineData("rejected")]
    [InlineData("withdrawn")]
    public void What_was_turned_down_is_asked_for_again_under_a_new_name_only(string history)
    {
        Given(Histories[history]).When(Ask("r1", 500, "ada")).Refused(Refusals.RefundNotProposed);
        Given(Histories[history]).When(Ask("r2", 500, "ada")).Accepted();
    }

    private static RequestRefund Ask(string id, long amount, string? by) => new(id, amount, "broken", Noon) { By = by, Limits = Hundred };

    private static RefundRequested Asked(string id, long amount, string by) => new(id, amount, "broken", Noon) { By = by };
}
