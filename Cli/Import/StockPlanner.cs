using System.Globalization;
using OrleansOrders.Domain;

namespace OrleansOrders.Cli.Import;

/// <summary>What must be received so that every order of the file finds its goods.</summary>
public static class StockPlanner
{
    public static IReadOnlyList<PlannedReceipt> Plan(IReadOnlyList<PlannedOrder> orders) =>
    [
        .. orders.SelectMany(order => order.Lines, (order, line) => (order.Invoice, line.Sku, line.Quantity))
            .GroupBy(need => need.Sku, StringComparer.Ordinal)
            .OrderBy(needs => needs.Key, StringComparer.Ordinal)
            .SelectMany(needs => Receipts(needs.Key, [.. needs.Select(need => (need.Invoice, need.Quantity))])),
    ];

    // The key follows from who needs how much, so the same file receives once, however often it is imported.
    private static IEnumerable<PlannedReceipt> Receipts(string sku, List<(string Invoice, long Quantity)> needs)
    {
        string[] parts = [sku, .. needs.SelectMany(need => new[] { need.Invoice, need.Quantity.ToString(CultureInfo.InvariantCulture) })];
        var digest = Ids.Text(Ids.Derive(parts));
        var left = needs.Sum(need => need.Quantity);
        for (var part = 1; left > 0; part++)
        {
            var quantity = Math.Min(left, Limits.Quantity);
            left -= quantity;
            yield return new PlannedReceipt(sku, quantity, ImportKeys.Stock(digest, part));
        }
    }
}
