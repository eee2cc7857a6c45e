using System.Globalization;

namespace OrleansOrders.Domain;

/// <summary>Up to which amount one person may refund of one order without another's approval, in minor units of each currency.</summary>
public sealed class RefundLimits
{
    private const string Others = "*";

    private readonly Dictionary<string, long> amounts;

    private RefundLimits(Dictionary<string, long> amounts) => this.amounts = amounts;

    /// <summary>A currency that is not named, where nothing is said of others, has the limit 0.</summary>
    public long Of(string currency) =>
        amounts.TryGetValue(currency, out var amount) ? amount : amounts.GetValueOrDefault(Others);

    /// <param name="text">Like <c>GBP=50000,JPY=80000,*=0</c>; empty for no limits.</param>
    /// <returns>Null when there are no limits.</returns>
    /// <exception cref="FormatException">It is not such a list.</exception>
    public static RefundLimits? Parse(string? text)
    {
        var amounts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var entry in (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (entry.Split('=', StringSplitOptions.TrimEntries) is not [var currency, var amount]
                || !(currency == Others || Currencies.IsKnown(currency))
                || !long.TryParse(amount, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) || limit > Limits.OrderTotal
                || !amounts.TryAdd(currency, limit))
                throw new FormatException($"{entry} is not a currency, or * for all others, and an amount in minor units, like GBP=50000; each once.");
        }
        return amounts.Count == 0 ? null : new RefundLimits(amounts);
    }
}
