using OrleansOrders.Domain;

namespace OrleansOrders.Cli.Import;

/// <summary>
/// Finds the order that returned goods belong to: of the same customer, not later than the return, with enough pieces of
/// the SKU that no earlier return took; of several, the latest.
/// </summary>
public sealed class ReturnMatcher
{
    private readonly Dictionary<(string Customer, string Sku), List<Bought>> bought = [];

    public ReturnMatcher(IReadOnlyList<PlannedOrder> orders)
    {
        foreach (var order in orders.OrderBy(order => order.At)) // A stable sort: equal times stay in file order.
        {
            foreach (var perSku in order.Lines.GroupBy(line => line.Sku, StringComparer.Ordinal))
            {
                var key = (order.CustomerId, perSku.Key);
                if (!bought.TryGetValue(key, out var list))
                    bought[key] = list = [];
                list.Add(new Bought(order, [.. perSku.Select(line => new Piece(line.UnitPrice, line.Quantity))]));
            }
        }
    }

    /// <summary>Matches the good lines of one return invoice; what is left of the orders is less afterwards.</summary>
    /// <param name="tally">Gets every line, accepted or rejected.</param>
    /// <returns>One return per order, in the order in which the lines name them.</returns>
    public IReadOnlyList<PlannedReturn> Match(string invoice, IReadOnlyList<GoodLine> lines, Tally tally)
    {
        var matched = new List<(PlannedOrder Order, string Sku, long Quantity, long Refund)>();
        foreach (var line in lines)
        {
            if (Find(line, out var reason) is not { } source)
            {
                tally.Reject(reason, line.Number);
                continue;
            }
            tally.Accept();
            matched.Add((source.Order, line.Sku, line.Quantity, source.Take(line.Quantity)));
        }
        return
        [
            .. matched.GroupBy(match => match.Order.Invoice, StringComparer.Ordinal).Select(order => new PlannedReturn(
                invoice, order.Key, LineItem.PerSku(order.Select(match => new ItemQuantity(match.Sku, match.Quantity))),
                order.Sum(match => match.Refund))),
        ];
    }

    private Bought? Find(GoodLine line, out string reason)
    {
        reason = RejectReasons.ReturnWithoutCustomer;
        if (line.Customer is null)
            return null;
        reason = RejectReasons.NoSuchOrder;
        if (!bought.TryGetValue((line.Customer, line.Sku), out var list))
            return null;
        for (var i = list.Count - 1; i >= 0; i--)
        {
            if (list[i].Order.At > line.At)
                continue;
            reason = RejectReasons.MoreThanWasBought;
            if (list[i].Left >= line.Quantity)
                return list[i];
        }
        return null;
    }

    // Pieces of one SKU in one order, taken in the order of its lines, as the rules of the order do it.
    private sealed class Bought(PlannedOrder order, List<Piece> pieces)
    {
        public PlannedOrder Order => order;

        public long Left => pieces.Sum(piece => piece.Left);

        /// <returns>What the order refunds for the pieces, pence.</returns>
        public long Take(long quantity)
        {
            var refund = 0L;
            foreach (var piece in pieces)
            {
                var take = Math.Min(quantity, piece.Left);
                piece.Left -= take;
                quantity -= take;
                refund += take * piece.UnitPrice;
            }
            return refund;
        }
    }

    private sealed class Piece(long unitPrice, long left)
    {
        public long UnitPrice => unitPrice;

        public long Left { get; set; } = left;
    }
}
