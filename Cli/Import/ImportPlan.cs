using OrleansOrders.Domain;

namespace OrleansOrders.Cli.Import;

/// <summary>How often something was rejected for one reason.</summary>
/// <param name="Reason">One of <see cref="RejectReasons"/>.</param>
/// <param name="FirstLine">Where it happened first in the file.</param>
public sealed record RejectCount(string Reason, long Count, long FirstLine);

/// <summary>Read = accepted + the sum of <paramref name="Rejected"/>.</summary>
/// <param name="Rejected">By reason, ordered by reason.</param>
public sealed record PlanCount(long Read, long Accepted, IReadOnlyList<RejectCount> Rejected);

/// <summary>One invoice that becomes an order.</summary>
/// <param name="Lines">Merged by SKU and price, as the rules do it.</param>
/// <param name="Total">Pence.</param>
public sealed record PlannedOrder(
    string Invoice, string CustomerId, string? Country, DateTimeOffset At, IReadOnlyList<LineItem> Lines, long Total);

/// <summary>What one return invoice sends back of one order.</summary>
/// <param name="Order">The invoice of the order.</param>
/// <param name="Lines">Pieces per SKU.</param>
/// <param name="Refund">Pence, by the prices of the order.</param>
public sealed record PlannedReturn(string Invoice, string Order, IReadOnlyList<ItemQuantity> Lines, long Refund);

/// <summary>Pieces to receive of one SKU, at most <see cref="Limits.Quantity"/>.</summary>
/// <param name="Key">The same content of the file gives the same key.</param>
public sealed record PlannedReceipt(string Sku, long Quantity, string Key);

/// <summary>Everything that a file asks for, and everything in it that is not done. No part of it depends on a server.</summary>
/// <param name="Orders">In file order.</param>
/// <param name="Returns">In file order; every one matches an order of this plan.</param>
public sealed record ImportPlan(
    IReadOnlyList<PlannedOrder> Orders, IReadOnlyList<PlannedReturn> Returns, IReadOnlyList<PlannedReceipt> Receipts,
    PlanCount Invoices, PlanCount Lines, PlanCount ReturnInvoices, PlanCount ReturnLines)
{
    public long Gross => Orders.Sum(order => order.Total);

    public long Pieces => Orders.Sum(order => order.Lines.Sum(line => line.Quantity));

    public long Refunds => Returns.Sum(returned => returned.Refund);
}
