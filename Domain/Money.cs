using System.Collections.Immutable;

namespace OrleansOrders.Domain;

/// <summary>Amounts are a <see cref="long"/> of minor units beside an ISO 4217 code; arithmetic is always checked.</summary>
public static class Money
{
    /// <exception cref="OverflowException">The sum does not fit.</exception>
    public static long Total(ImmutableArray<OrderLine> lines)
    {
        var total = 0L;
        foreach (var line in lines)
            total = checked(total + checked(line.Quantity * line.UnitPrice));
        return total;
    }

    public static bool TryTotal(ImmutableArray<OrderLine> lines, out long total)
    {
        var wide = Int128.Zero;
        foreach (var line in lines)
            wide += (Int128)line.Quantity * line.UnitPrice;
        total = wide <= long.MaxValue ? (long)wide : 0;
        return wide <= long.MaxValue;
    }

    /// <summary>Rounds half-even to the currency's minor units: 2.545 GBP is 254, 2.555 GBP is 256.</summary>
    /// <exception cref="OverflowException">The amount does not fit.</exception>
    public static long FromDecimal(decimal amount, string currency) =>
        checked((long)Math.Round(amount * Currencies.Scale(currency), 0, MidpointRounding.ToEven));

    public static decimal ToDecimal(long minorUnits, string currency) => minorUnits / (decimal)Currencies.Scale(currency);
}
