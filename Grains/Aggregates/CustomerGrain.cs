using OrleansOrders.Domain;
using OrleansOrders.Grains.Interfaces;

namespace OrleansOrders.Grains.Aggregates;

[GrainType("customer")]
public sealed class CustomerGrain(GrainServices services) : AggregateGrain<CustomerState, CustomerCommand, Customer>(services), ICustomerGrain
{
    public Task<CommandReply> Put(PutCustomer command, CommandKey key) => Execute(command, key);

    public Task<CommandReply> Erase(EraseCustomer command, CommandKey key) => Execute(command, key);
}
