using OrleansOrders.Domain;

namespace OrleansOrders.Grains.Interfaces;

/// <summary>The stock of one SKU, in pieces. Available + reserved + shipped = received + adjusted, always.</summary>
[Alias("orders.IStockGrain"), Version(ContractVersion.Current)]
public interface IStockGrain : IAggregateGrain<StockState>
{
    /// <summary>Pieces arrive. Refused when the quantity is not positive (<c>quantity-invalid</c>).</summary>
    [Alias("Receive")]
    Task<CommandReply> Receive(ReceiveStock command, CommandKey key);

    /// <summary>Holds pieces for an order. Refused when there are too few (<c>out-of-stock</c>).</summary>
    [Alias("Reserve")]
    Task<CommandReply> Reserve(ReserveStock command, CommandKey key);

    /// <summary>Gives an order's pieces free again.</summary>
    [Alias("Release")]
    Task<CommandReply> Release(ReleaseReservation command, CommandKey key);

    /// <summary>An order's pieces leave.</summary>
    [Alias("Ship")]
    Task<CommandReply> Ship(ShipStock command, CommandKey key);

    /// <summary>Corrects the count, up or down. Refused below zero (<c>stock-would-be-negative</c>).</summary>
    [Alias("Adjust")]
    Task<CommandReply> Adjust(AdjustStock command, CommandKey key);
}
