using OrleansOrders.Domain;

namespace OrleansOrders.Grains.Interfaces;

/// <summary>The shipment of one order; its id is the order's. Its commands follow from the order's, and are the fulfilment's own.</summary>
[Alias("orders.IShipmentGrain"), Version(ContractVersion.Current)]
public interface IShipmentGrain : IAggregateGrain<ShipmentState>
{
    [Alias("Create")]
    Task<CommandReply> Create(CreateShipment command, CommandKey key);

    [Alias("Dispatch")]
    Task<CommandReply> Dispatch(DispatchShipment command, CommandKey key);

    [Alias("Deliver")]
    Task<CommandReply> Deliver(DeliverShipment command, CommandKey key);

    /// <summary>Refused once the goods have left (<c>shipment-already-dispatched</c>).</summary>
    [Alias("Cancel")]
    Task<CommandReply> Cancel(CancelShipment command, CommandKey key);
}
