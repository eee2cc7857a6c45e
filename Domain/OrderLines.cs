using System.Collections.Immutable;

namespace OrleansOrders.Domain;

/// <summary>One line of an order. SKU and price together identify it.</summary>
public sealed record OrderLine(string Sku, long Quantity, long UnitPrice, string? Description, long Returned);

/// <summary>What an order asks of its lines as a whole.</summary>
internal static class OrderLines
{
    /// <summary>Where the line is; -1 when there is none.</summary>
    public static int IndexOf(this ImmutableArray<OrderLine> lines, string sku, long unitPrice)
    {
        var span = lines.AsSpan();
        for (var i = 0; i < span.Length; i++)
        {
            var line = span[i];
            if (line.UnitPrice == unitPrice && line.Sku == sku)
                return i;
        }
        return -1;
    }

    /// <summary>Whether so many pieces of the line were ordered and not yet returned; then <paramref name="after"/> has them returned.</summary>
    public static bool CanReturn(
        this ImmutableArray<OrderLine> lines, string sku, long unitPrice, long quantity, out ImmutableArray<OrderLine> after)
    {
        after = lines;
        var index = lines.IndexOf(sku, unitPrice);
        if (index < 0 || quantity > lines[index].Quantity - lines[index].Returned)
            return false;
        after = lines.SetItem(index, lines[index] with { Returned = lines[index].Returned + quantity });
        return true;
    }

    /// <summary>The refusal of an order that is too large, or null.</summary>
    public static Decision? RefuseSize(this ImmutableArray<OrderLine> lines)
    {
        if (lines.Length > Limits.LinesPerOrder)
            return Decision.Reject(Refusals.OrderTooLarge, $"An order has at most {Limits.LinesPerOrder} lines.");
        return Money.TryTotal(lines, out var total) && total <= Limits.OrderTotal
            ? null
            : Decision.Reject(Refusals.AmountOverflow, $"An order's total is at most {Limits.OrderTotal} minor units.");
    }
}
