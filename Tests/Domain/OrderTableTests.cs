using OrleansOrders.Domain;
using OrleansOrders.Tests.Domain.Support;

namespace OrleansOrders.Tests.Domain;

/// <summary>Every command on every state of an order.</summary>
public sealed class OrderTableTests : AggregateSpec<Order, OrderState, OrderCommand>
{
    private static readonly DecisionTable Table = new("""
        create  | none: created, item-added, placed | empty draft placed confirmed shipped delivered returned cancelled abandoned: !order-exists
        add     | none: !order-not-found | empty draft: item-added | placed confirmed shipped delivered returned cancelled abandoned: !order-not-draft
        change  | none: !order-not-found | empty: !item-not-found | draft: quantity-changed | placed confirmed shipped delivered returned cancelled abandoned: !order-not-draft
        remove  | none: !order-not-found | empty: !item-not-found | draft: item-removed | placed confirmed shipped delivered returned cancelled abandoned: !order-not-draft
        place   | none: !order-not-found | empty: !order-empty | draft: placed | placed confirmed shipped delivered returned: = | cancelled abandoned: !order-cancelled
        confirm | none: !order-not-found | empty draft: !order-not-placed | placed: confirmed | confirmed shipped delivered returned: = | cancelled abandoned: !order-cancelled
        ship    | none: !order-not-found | empty draft placed: !order-not-confirmed | confirmed: shipped | shipped delivered returned: = | cancelled abandoned: !order-cancelled
        deliver | none: !order-not-found | empty draft placed: !order-not-confirmed | confirmed: !order-not-shipped | shipped: delivered | delivered returned: = | cancelled abandoned: !order-cancelled
        cancel  | none: !order-not-found | empty draft placed confirmed: cancelled | shipped delivered returned: !order-already-shipped | cancelled abandoned: =
        return  | none: !order-not-found | empty draft placed confirmed shipped: !order-not-shipped | delivered: item-returned | returned: !return-exceeds-delivered | cancelled abandoned: !order-cancelled
        """);

    public static TheoryData<string, string, string> Cases => Table.Cases();

    [Theory, MemberData(nameof(Cases))]
    public void Command_on_state_is_answered(string command, string state, string outcome)
    {
        var given = Given(OrderSamples.Histories[state]);
        var answer = given.When(OrderSamples.Commands[command]);
        Assert.Equal(outcome, DecisionTable.Describe(Order.StreamType, answer.Decision));
        if (outcome[0] != '!')
            answer.Accepted();
    }

    [Fact]
    public void The_table_has_every_command_and_every_state()
    {
        Table.IsComplete(OrderSamples.Commands.Keys, OrderSamples.Histories.Keys);
        DecisionTable.HasEveryKindOf<OrderCommand>(OrderSamples.Commands.Values);
        DecisionTable.HasEveryKindOf<OrderState>(OrderSamples.Histories.Values.Select(history => Given(history).State));
    }
}
