using OrleansOrders.Domain;
using OrleansOrders.Http;

namespace OrleansOrders.Cli.Import;

/// <summary>Makes one order of the good lines of one invoice.</summary>
public static class OrderPlanner
{
    /// <param name="tally">Gets every line, accepted or rejected.</param>
    /// <returns>The order, or the reason why the invoice has none.</returns>
    public static (PlannedOrder? Order, string? Reason) Plan(IReadOnlyList<GoodLine> lines, Tally tally)
    {
        var customer = lines.FirstOrDefault(line => line.Customer is not null)?.Customer;
        var good = new List<GoodLine>(lines.Count);
        foreach (var line in lines)
        {
            if (line.Customer is null || line.Customer == customer)
                good.Add(line);
            else
                tally.Reject(RejectReasons.CustomerDiffers, line.Number);
        }
        if (good.Count == 0)
            return (null, RejectReasons.NoGoodLine);
        var merged = Merge(good);
        var total = merged.Aggregate(Int128.Zero, (sum, line) => sum + (Int128)line.Quantity * line.UnitPrice);
        if (merged.Count > Limits.LinesPerOrder || total > Limits.OrderTotal || merged.Any(line => line.Quantity > Limits.Quantity))
        {
            tally.Reject(RejectReasons.InvoiceTooLarge, good[0].Number, good.Count);
            return (null, RejectReasons.InvoiceTooLarge);
        }
        tally.Accept(good.Count);
        var invoice = good[0].Invoice;
        var country = good.FirstOrDefault(line => line.Country is not null)?.Country;
        return (new PlannedOrder(invoice, customer ?? GuestOf(invoice), country, good[0].At, merged, (long)total), null);
    }

    /// <summary>Guests are strangers to one another, so each has an id of its own, which the invoice leads to.</summary>
    public static string GuestOf(string invoice) =>
        Texts.IsId($"guest-{invoice}") ? $"guest-{invoice}" : $"guest-{Ids.Text(Ids.Derive(invoice))}";

    private static List<LineItem> Merge(List<GoodLine> lines)
    {
        var merged = new List<LineItem>(lines.Count);
        var places = new Dictionary<(string Sku, long UnitPrice), int>();
        foreach (var line in lines)
        {
            if (places.TryGetValue((line.Sku, line.UnitPrice), out var place))
            {
                merged[place] = merged[place] with { Quantity = merged[place].Quantity + line.Quantity };
                continue;
            }
            places[(line.Sku, line.UnitPrice)] = merged.Count;
            merged.Add(new LineItem(line.Sku, line.Quantity, line.UnitPrice, line.Description));
        }
        return merged;
    }
}
