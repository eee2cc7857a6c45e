using OrleansOrders.Domain;

namespace OrleansOrders.Grains.Interfaces;

/// <summary>
/// One order, from draft to delivery. Quantities are pieces, amounts are minor units of the order's currency. Every
/// command is carried out once per key, and is refused with a code of <see cref="Refusals"/>, never with an exception.
/// </summary>
[Alias("orders.IOrderGrain"), Version(ContractVersion.Current)]
public interface IOrderGrain : IAggregateGrain<OrderState>
{
    /// <summary>Opens the order and, when the command says so, places it. Refused when it exists, is empty or too large.</summary>
    [Alias("Create")]
    Task<CommandReply> Create(CreateOrder command, CommandKey key);

    /// <summary>Adds lines to a draft. Refused once it is placed (<c>order-not-draft</c>).</summary>
    [Alias("AddItems")]
    Task<CommandReply> AddItems(AddItems command, CommandKey key);

    /// <summary>Sets the quantity of a draft's line. Refused when there is no such line (<c>item-not-found</c>).</summary>
    [Alias("ChangeQuantity")]
    Task<CommandReply> ChangeQuantity(ChangeQuantity command, CommandKey key);

    /// <summary>Removes every line of a SKU from a draft.</summary>
    [Alias("RemoveItem")]
    Task<CommandReply> RemoveItem(RemoveItem command, CommandKey key);

    /// <summary>Places a draft: from here on it is fulfilled without further calls. Refused when it has no line (<c>order-empty</c>).</summary>
    [Alias("Place")]
    Task<CommandReply> Place(PlaceOrder command, CommandKey key);

    /// <summary>Stock is reserved and the payment authorized. The fulfilment's own command.</summary>
    [Alias("Confirm")]
    Task<CommandReply> Confirm(ConfirmOrder command, CommandKey key);

    /// <summary>The goods leave. Refused before the order is confirmed (<c>order-not-confirmed</c>).</summary>
    [Alias("Ship")]
    Task<CommandReply> Ship(ShipOrder command, CommandKey key);

    /// <summary>The goods have arrived. Refused before they left (<c>order-not-shipped</c>).</summary>
    [Alias("Deliver")]
    Task<CommandReply> Deliver(DeliverOrder command, CommandKey key);

    /// <summary>Cancels, and undoes what was done for the order. Refused once the goods have left (<c>order-already-shipped</c>).</summary>
    [Alias("Cancel")]
    Task<CommandReply> Cancel(CancelOrder command, CommandKey key);

    /// <summary>Takes delivered goods back and refunds them. Refused beyond what was delivered (<c>return-exceeds-delivered</c>).</summary>
    [Alias("Return")]
    Task<CommandReply> Return(ReturnItems command, CommandKey key);
}
