using OrleansOrders.Domain;

namespace OrleansOrders.Grains.Interfaces;

/// <summary>One customer and what is known of them.</summary>
[Alias("orders.ICustomerGrain"), Version(ContractVersion.Current)]
public interface ICustomerGrain : IAggregateGrain<CustomerState>
{
    /// <summary>Registers the customer, or changes what is known. Refused after erasure (<c>customer-erased</c>).</summary>
    [Alias("Put")]
    Task<CommandReply> Put(PutCustomer command, CommandKey key);

    /// <summary>Forgets the customer for good.</summary>
    [Alias("Erase")]
    Task<CommandReply> Erase(EraseCustomer command, CommandKey key);
}
