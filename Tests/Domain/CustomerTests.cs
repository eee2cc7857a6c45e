using OrleansOrders.Domain;
using OrleansOrders.Tests.Domain.Support;

namespace OrleansOrders.Tests.Domain;

public sealed class CustomerTests : AggregateSpec<Customer, CustomerState, CustomerCommand>
{
    private static readonly DecisionTable Table = new("""
        put    | none: registered | registered moved: details-changed | erased: !customer-erased
        repeat | none: registered | registered: = | moved: details-changed | erased: !customer-erased
        erase  | none: !customer-not-found | registered moved: erased | erased: =
        erase-guest | none registered moved: erased | erased: =
        """);

    public static TheoryData<string, string, string> Cases => Table.Cases();

    [Theory, MemberData(nameof(Cases))]
    public void Command_on_state_is_answered(string command, string state, string outcome)
    {
        var answer = Given(CustomerSamples.Histories[state]).When(CustomerSamples.Commands[command]);
        Assert.Equal(outcome, DecisionTable.Describe(Customer.StreamType, answer.Decision));
    }

    [Fact]
    public void The_table_has_every_command_and_every_state()
    {
        Table.IsComplete(CustomerSamples.Commands.Keys, CustomerSamples.Histories.Keys);
        DecisionTable.HasEveryKindOf<CustomerCommand>(CustomerSamples.Commands.Values);
        DecisionTable.HasEveryKindOf<CustomerState>(CustomerSamples.Histories.Values.Select(history => Given(history).State));
    }

    [Fact]
    public void Erasure_leaves_nothing_but_the_id()
    {
        var state = Given(CustomerSamples.Histories["moved"]).When(new EraseCustomer(Noon)).Then(new CustomerErased(Noon));
        Assert.Equal(new CustomerState.Erased("c1"), state);
    }

    [Fact]
    public void A_guest_is_erased_under_the_id_that_the_orders_name() => Assert.Equal(
        new CustomerState.Erased("c1"), Given().When(new EraseCustomer(Noon, "c1")).Then(new CustomerErased(Noon) { CustomerId = "c1" }));

    [Fact]
    public void Details_that_differ_in_case_are_a_change() => Given(CustomerSamples.Histories["registered"])
        .When(new PutCustomer("c1", CustomerSamples.Ada with { Name = "ADA" }, Noon))
        .Then(new CustomerDetailsChanged(CustomerSamples.Ada with { Name = "ADA" }, Noon));
}
