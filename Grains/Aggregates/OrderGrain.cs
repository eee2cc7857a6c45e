using OrleansOrders.Domain;
using OrleansOrders.Grains.Interfaces;

namespace OrleansOrders.Grains.Aggregates;

[GrainType("order")]
public sealed class OrderGrain(GrainServices services) : AggregateGrain<OrderState, OrderCommand, Order>(services), IOrderGrain
{
    public Task<CommandReply> Create(CreateOrder command, CommandKey key) => Execute(command, key);

    public Task<CommandReply> AddItems(AddItems command, CommandKey key) => Execute(command, key);

    public Task<CommandReply> ChangeQuantity(ChangeQuantity command, CommandKey key) => Execute(command, key);

    public Task<CommandReply> RemoveItem(RemoveItem command, CommandKey key) => Execute(command, key);

    public Task<CommandReply> Place(PlaceOrder command, CommandKey key) => Execute(command, key);

    public Task<CommandReply> Confirm(ConfirmOrder command, CommandKey key) => Execute(command, key);

    public Task<CommandReply> Ship(ShipOrder command, CommandKey key) => Execute(command, key);

    public Task<CommandReply> Deliver(DeliverOrder command, CommandKey key) => Execute(command, key);

    public Task<CommandReply> Cancel(CancelOrder command, CommandKey key) => Execute(command, key);

    public Task<CommandReply> Return(ReturnItems command, CommandKey key) => Execute(command, key);
}
