using OrleansOrders.Domain;
using OrleansOrders.Tests.Domain.Support;

namespace OrleansOrders.Tests.Domain.Properties;

/// <summary>Shipments and customers under random commands: both have few states, and an end.</summary>
public static class SmallSequences
{
    public static void CheckShipment(Random chance, List<object> story)
    {
        var run = new SequenceRun<Shipment, ShipmentState, ShipmentCommand>(story);
        for (var i = 0; i < 12; i++)
        {
            var at = Samples.Noon.AddMinutes(i);
            ShipmentCommand command = chance.Next(8) switch
            {
                < 3 => new CreateShipment("o1", chance.Pick("B1", "B2"), Samples.Pieces(("LAMP", 2)), at),
                < 5 => new DispatchShipment("dhl", chance.Pick("T1", "T2"), at),
                < 7 => new DeliverShipment(at),
                _ => new CancelShipment("order-cancelled", at),
            };
            run.Send(command, isRepeatable: true);
            Assert.Distinct(run.History.Select(@event => @event.GetType()));
            Assert.False(
                run.History.OfType<ShipmentCancelled>().Any() && run.History.OfType<ShipmentDispatched>().Any(),
                "The goods left and the shipment was cancelled.");
        }
    }

    public static void CheckCustomer(Random chance, List<object> story)
    {
        var run = new SequenceRun<Customer, CustomerState, CustomerCommand>(story);
        CustomerDetails? latest = null;
        for (var i = 0; i < 12; i++)
        {
            var details = CustomerSamples.Ada with { Address = chance.Pick("1 Mill Lane", "2 Mill Lane", null) };
            CustomerCommand command = chance.OneIn(6)
                ? new EraseCustomer(Samples.Noon.AddMinutes(i))
                : new PutCustomer("c1", details, Samples.Noon.AddMinutes(i));
            run.Send(command, isRepeatable: true);
            if (command is PutCustomer)
                latest = details;
            if (run.State is CustomerState.Registered registered)
                Assert.Equal(latest, registered.Details);
            if (run.History.OfType<CustomerErased>().Any())
                Assert.Equal(new CustomerState.Erased("c1"), run.State);
        }
    }
}
