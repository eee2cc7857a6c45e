using OrleansOrders.Domain;

namespace OrleansOrders.Tests.Domain.Support;

public static class ShipmentSamples
{
    private static readonly DateTimeOffset Noon = Samples.Noon;
    private static readonly ShipmentCreated Created = new("o1", "B1", Samples.Pieces(("LAMP", 2)), Noon);
    private static readonly ShipmentDispatched Dispatched = new("dhl", "T1", Noon);

    public static IReadOnlyDictionary<string, DomainEvent[]> Histories { get; } = new Dictionary<string, DomainEvent[]>
    {
        ["none"] = [],
        ["created"] = [Created],
        ["dispatched"] = [Created, Dispatched],
        ["delivered"] = [Created, Dispatched, new ShipmentDelivered(Noon)],
        ["cancelled"] = [Created, new ShipmentCancelled("cancelled", Noon)],
        ["marked"] = [new ShipmentCancelled("cancelled", Noon)],
    };

    public static IReadOnlyDictionary<string, ShipmentCommand> Commands { get; } = new Dictionary<string, ShipmentCommand>
    {
        ["create"] = new CreateShipment("o1", "B1", Samples.Pieces(("LAMP", 2)), Noon),
        ["dispatch"] = new DispatchShipment("dhl", "T1", Noon),
        ["deliver"] = new DeliverShipment(Noon),
        ["cancel"] = new CancelShipment("cancelled", Noon),
    };
}
