using OrleansOrders.Domain;
using OrleansOrders.Grains.Interfaces;

namespace OrleansOrders.Grains.Aggregates;

[GrainType("shipment")]
public sealed class ShipmentGrain(GrainServices services) : AggregateGrain<ShipmentState, ShipmentCommand, Shipment>(services), IShipmentGrain
{
    public Task<CommandReply> Create(CreateShipment command, CommandKey key) => Execute(command, key);

    public Task<CommandReply> Dispatch(DispatchShipment command, CommandKey key) => Execute(command, key);

    public Task<CommandReply> Deliver(DeliverShipment command, CommandKey key) => Execute(command, key);

    public Task<CommandReply> Cancel(CancelShipment command, CommandKey key) => Execute(command, key);
}
