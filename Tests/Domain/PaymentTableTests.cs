using OrleansOrders.Domain;
using OrleansOrders.Tests.Domain.Support;

namespace OrleansOrders.Tests.Domain;

/// <summary>Every command on every state of a payment.</summary>
public sealed class PaymentTableTests : AggregateSpec<Payment, PaymentState, PaymentCommand>
{
    private const string AtProvider = "requested unclear authorized capture-unclear capture-failed";
    private const string Taken = "captured refunding refund-unclear refunded refund-failed proposed rejected withdrawn";
    private const string Asked = "refunding refund-unclear refunded refund-failed";
    private const string Closed = "declined: !payment-declined | voided marked: !payment-voided";
    private const string NothingTaken = $"none: !payment-not-found | {AtProvider} declined voided marked: !payment-not-captured";

    private static readonly DecisionTable Table = new($"""
        request        | none: requested | {AtProvider} declined {Taken}: = | voided marked: !payment-voided
        request-more   | none: requested | {AtProvider} declined {Taken}: !payment-mismatch | voided marked: !payment-voided
        authorized     | none: !payment-not-found | requested unclear: authorized | authorized capture-unclear capture-failed {Taken}: = | {Closed}
        declined       | none: !payment-not-found | requested unclear: declined | declined: = | authorized capture-unclear capture-failed: !payment-mismatch | {Taken}: !payment-captured | voided marked: !payment-voided
        unclear        | none: !payment-not-found | unclear: = | requested authorized capture-unclear capture-failed {Taken}: outcome-unknown | {Closed}
        captured       | none: !payment-not-found | requested unclear: !payment-not-authorized | authorized capture-unclear capture-failed: captured | {Taken}: = | {Closed}
        capture-failed | none: !payment-not-found | requested unclear: !payment-not-authorized | authorized capture-unclear: capture-failed | capture-failed: = | {Taken}: !payment-captured | {Closed}
        void           | none {AtProvider}: voided | declined voided marked: = | {Taken}: !payment-captured
        refund         | {NothingTaken} | captured refund-failed: refund-requested | refunding refund-unclear refunded proposed: = | rejected withdrawn: !refund-not-proposed
        approve        | {NothingTaken} | captured: !refund-not-found | {Asked} rejected withdrawn: !refund-not-proposed | proposed: refund-approved, refund-requested
        reject         | {NothingTaken} | captured: !refund-not-found | {Asked} withdrawn: !refund-not-proposed | proposed: refund-rejected | rejected: =
        withdraw       | {NothingTaken} | captured: !refund-not-found | {Asked} rejected: !refund-not-proposed | proposed: refund-withdrawn | withdrawn: =
        refund-paid    | {NothingTaken} | captured proposed rejected withdrawn: !refund-not-found | refunding refund-unclear: refunded | refunded: = | refund-failed: !refund-failed
        refund-failed  | {NothingTaken} | captured proposed rejected withdrawn: !refund-not-found | refunding refund-unclear: refund-failed | refunded: !payment-mismatch | refund-failed: =
        """);

    public static TheoryData<string, string, string> Cases => Table.Cases();

    [Theory, MemberData(nameof(Cases))]
    public void Command_on_state_is_answered(string command, string state, string outcome)
    {
        var answer = Given(PaymentSamples.Histories[state]).When(PaymentSamples.Commands[command]);
        Assert.Equal(outcome, DecisionTable.Describe(Payment.StreamType, answer.Decision));
        if (outcome[0] != '!')
            answer.Accepted();
    }

    [Fact]
    public void The_table_has_every_command_and_every_state()
    {
        Table.IsComplete(PaymentSamples.Commands.Keys, PaymentSamples.Histories.Keys);
        DecisionTable.HasEveryKindOf<PaymentCommand>(PaymentSamples.Commands.Values);
        DecisionTable.HasEveryKindOf<PaymentState>(PaymentSamples.Histories.Values.Select(history => Given(history).State));
    }
}
