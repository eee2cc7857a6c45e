using OrleansOrders.Domain;

namespace OrleansOrders.Cli.Verify;

/// <summary>
/// Invariant 4, per currency: captured = confirmed orders + refunds + in flight, and what is in flight at rest is nothing.
/// A confirmed order counts with what was not sent back. Refunds that a person gave on goods that stay sold are not part
/// of the right side. What no machine can settle is named: refunds that the provider refused, and parked orders.
/// </summary>
internal sealed class MoneyBalance : IOrderCheck
{
    /// <summary>Money that was not returned, or an order that stands although its money was: a person said that it is settled.</summary>
    private static readonly CompensationStep[] LeftToPeople = [CompensationStep.ReturnMoney, CompensationStep.CancelOrder];

    private readonly Findings findings = new(4, "captured = confirmed orders + refunds + in flight");
    private readonly SortedDictionary<string, Sums> sums = new(StringComparer.Ordinal);

    public void Check(OrderCase order)
    {
        if (order.PaymentFacts is not { } payment)
        {
            if (order.IsLive && order.IsAtRest)
                findings.Add($"{order.Key} is confirmed and has no payment");
            return;
        }
        var owed = order.IsLive ? order.Facts!.Total - order.Returns.Values.Sum() : 0;
        var goodwill = order.IsLive ? GivenAway(order, payment) : 0;
        var left = payment.Captured - owed - payment.Refunded + goodwill;
        var refused = Unrefunded(order, payment);
        var sum = sums.TryGetValue(payment.Currency, out var known) ? known : new Sums();
        sum.Captured += payment.Captured;
        sum.Orders += owed;
        sum.Refunds += payment.Refunded - goodwill;
        if (!order.IsAtRest)
            sum.InFlight += left;
        else if (order.Saga is FulfilmentState.Parked || order.SkippedSteps.Overlaps(LeftToPeople))
            sum.ByHand += left;
        else
        {
            sum.ByHand += refused;
            if (left != refused)
                findings.Add($"{order.Key}: of {payment.Captured} {payment.Currency} captured, {left - refused} is neither sold nor refunded");
        }
        sums[payment.Currency] = sum;
    }

    public InvariantReport ToReport()
    {
        var lines = sums.Select(pair => FormattableString.Invariant(
            $"{pair.Key} {pair.Value.Captured} = {pair.Value.Orders} + {pair.Value.Refunds} + {pair.Value.InFlight} in flight + {pair.Value.ByHand} for a person"));
        foreach (var (currency, sum) in sums)
        {
            if (findings.IsEmpty && sum.Captured != sum.Orders + sum.Refunds + sum.InFlight + sum.ByHand)
                findings.Add($"{currency}: the sums do not add up");
        }
        return findings.ToReport($"{string.Join("; ", lines)}");
    }

    private static long GivenAway(OrderCase order, PaymentFacts payment) => payment.Refunds
        .Where(refund => refund.Status == RefundStatus.Refunded && !order.Returns.ContainsKey(refund.RefundId)).Sum(refund => refund.Amount);

    /// <summary>Returned goods whose money stays here, because the provider or the rules refused the refund.</summary>
    private static long Unrefunded(OrderCase order, PaymentFacts payment)
    {
        if (!order.IsLive)
            return 0;
        var refunded = payment.Refunds.Where(refund => refund.Status == RefundStatus.Refunded).Select(refund => refund.RefundId).ToHashSet();
        return order.Returns.Where(returned => !refunded.Contains(returned.Key)).Sum(returned => returned.Value);
    }

    private sealed class Sums
    {
        public long Captured { get; set; }

        public long Orders { get; set; }

        public long Refunds { get; set; }

        public long InFlight { get; set; }

        public long ByHand { get; set; }
    }
}
