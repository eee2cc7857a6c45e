using OrleansOrders.Domain;
using OrleansOrders.Tests.Domain.Support;

namespace OrleansOrders.Tests.Domain;

public sealed class ShipmentTests : AggregateSpec<Shipment, ShipmentState, ShipmentCommand>
{
    private static readonly DecisionTable Table = new("""
        create   | none: created | created dispatched delivered: = | cancelled marked: !shipment-cancelled
        dispatch | none: !shipment-not-found | created: dispatched | dispatched delivered: = | cancelled marked: !shipment-cancelled
        deliver  | none: !shipment-not-found | created: !shipment-not-dispatched | dispatched: delivered | delivered: = | cancelled marked: !shipment-cancelled
        cancel   | none created: cancelled | dispatched delivered: !shipment-already-dispatched | cancelled marked: =
        """);

    public static TheoryData<string, string, string> Cases => Table.Cases();

    [Theory, MemberData(nameof(Cases))]
    public void Command_on_state_is_answered(string command, string state, string outcome)
    {
        var answer = Given(ShipmentSamples.Histories[state]).When(ShipmentSamples.Commands[command]);
        Assert.Equal(outcome, DecisionTable.Describe(Shipment.StreamType, answer.Decision));
    }

    [Fact]
    public void The_table_has_every_command_and_every_state()
    {
        Table.IsComplete(ShipmentSamples.Commands.Keys, ShipmentSamples.Histories.Keys);
        DecisionTable.HasEveryKindOf<ShipmentCommand>(ShipmentSamples.Commands.Values);
        DecisionTable.HasEveryKindOf<ShipmentState>(ShipmentSamples.Histories.Values.Select(history => Given(history).State));
    }

    [Fact]
    public void A_delivered_shipment_still_tells_how_it_travelled()
    {
        var state = Given(ShipmentSamples.Histories["dispatched"]).When(new DeliverShipment(Noon)).Then(new ShipmentDelivered(Noon));
        var facts = Assert.IsType<ShipmentState.Delivered>(state).Facts;
        Assert.Equal(("o1", "B1", "dhl", "T1"), (facts.OrderId, facts.Reference, facts.Carrier, facts.TrackingNumber));
    }

    [Fact]
    public void A_cancellation_that_comes_before_the_creation_wins() => GivenCommands(new CancelShipment("cancelled", Noon))
        .When(ShipmentSamples.Commands["create"]).Refused(Refusals.ShipmentCancelled);
}
