using System.Collections.Immutable;

namespace OrleansOrders.Domain;

/// <summary>A line as it is ordered.</summary>
/// <param name="Sku">Stock keeping unit.</param>
/// <param name="Quantity">Pieces, 1 to <see cref="Limits.Quantity"/>.</param>
/// <param name="UnitPrice">Minor units of the order's currency, 1 to <see cref="Limits.UnitPrice"/>.</param>
public sealed record LineItem(string Sku, long Quantity, long UnitPrice, string? Description)
{
    /// <summary>The refusal of a quantity or price outside its limits, or null.</summary>
    public static Decision? Refuse(long quantity, long unitPrice)
    {
        if (quantity is <= 0 or > Limits.Quantity)
            return Decision.Reject(Refusals.QuantityInvalid, $"A quantity is 1 to {Limits.Quantity}.");
        return unitPrice is <= 0 or > Limits.UnitPrice
            ? Decision.Reject(Refusals.PriceInvalid, $"A unit price is 1 to {Limits.UnitPrice} minor units.")
            : null;
    }

    /// <summary>Pieces per SKU, in a stable order: what stock knows of an order.</summary>
    public static ImmutableArray<ItemQuantity> PerSku(ImmutableArray<OrderLine> lines) =>
        PerSku(lines.Select(line => new ItemQuantity(line.Sku, line.Quantity)));

    public static ImmutableArray<ItemQuantity> PerSku(IEnumerable<ItemQuantity> lines) =>
    [
        .. lines.GroupBy(line => line.Sku, StringComparer.Ordinal)
            .Select(group => new ItemQuantity(group.Key, group.Sum(line => line.Quantity)))
            .OrderBy(item => item.Sku, StringComparer.Ordinal),
    ];
}

/// <summary>Pieces of one SKU.</summary>
public sealed record ItemQuantity(string Sku, long Quantity);
