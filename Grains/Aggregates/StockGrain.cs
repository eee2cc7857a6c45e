using OrleansOrders.Domain;
using OrleansOrders.Grains.Interfaces;

namespace OrleansOrders.Grains.Aggregates;

[GrainType("stock")]
public sealed class StockGrain(GrainServices services) : AggregateGrain<StockState, StockCommand, Stock>(services), IStockGrain
{
    public Task<CommandReply> Receive(ReceiveStock command, CommandKey key) => Execute(command, key);

    public Task<CommandReply> Reserve(ReserveStock command, CommandKey key) => Execute(command, key);

    public Task<CommandReply> Release(ReleaseReservation command, CommandKey key) => Execute(command, key);

    public Task<CommandReply> Ship(ShipStock command, CommandKey key) => Execute(command, key);

    public Task<CommandReply> Adjust(AdjustStock command, CommandKey key) => Execute(command, key);
}
