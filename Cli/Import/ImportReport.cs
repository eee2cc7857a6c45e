using System.Globalization;
using OrleansOrders.Cli.Client;

namespace OrleansOrders.Cli.Import;

/// <summary>An amount in minor units.</summary>
public sealed record ReportedAmount(string Currency, long Amount);

/// <summary>What the file's sales came to. Read counts of the plan; New + AlreadyThere + the refused = accepted invoices.</summary>
/// <param name="Gross">Of the orders that are on the server now, before returns.</param>
public sealed record ReportedSales(
    PlanCount Invoices, PlanCount Lines, long Pieces, long New, long AlreadyThere, IReadOnlyList<RefusedCount> Refused,
    IReadOnlyList<ReportedAmount> Gross, FulfilmentEnds Fulfilments);

/// <param name="Invoices">Of returns; accepted means that at least one line found its order.</param>
/// <param name="Expected">What the matched lines are worth by the prices of their orders.</param>
/// <param name="Refunded">What the provider has refunded on the orders that got something back.</param>
/// <param name="RefundsFailed">What it refused to refund.</param>
public sealed record ReportedReturns(
    PlanCount Invoices, PlanCount Lines, long New, long AlreadyThere, IReadOnlyList<RefusedCount> Refused,
    IReadOnlyList<ReportedAmount> Expected, IReadOnlyList<ReportedAmount> Refunded, IReadOnlyList<ReportedAmount> RefundsFailed);

public sealed record ReportedStock(long Skus, long Pieces, long New, long AlreadyThere, IReadOnlyList<RefusedCount> Refused);

/// <param name="OrdersSeconds">From the first order sent to the moment when all are fulfilled and projected.</param>
public sealed record ReportedTime(double StockSeconds, double OrdersSeconds, double ReturnsSeconds, double TotalSeconds, double OrdersPerSecond);

/// <summary>What came of an import. The record is the JSON.</summary>
/// <param name="Stock">Null when no stock was received.</param>
public sealed record ImportReport(
    string File, long InvoicesRead, long LinesRead, ReportedSales Sales, ReportedReturns Returns, ReportedStock? Stock, ReportedTime Time)
{
    public ImportReport(
        string file, ImportPlan plan, Outcomes? receipts, Outcomes orders, long gross, FulfilmentEnds ends, Outcomes returns, long refunded,
        long refundsFailed, TimeSpan stock, TimeSpan projected, TimeSpan total)
        : this(
            file, plan.Invoices.Read + plan.ReturnInvoices.Read, plan.Lines.Read + plan.ReturnLines.Read,
            new ReportedSales(
                plan.Invoices, plan.Lines, plan.Pieces, orders.New, orders.AlreadyThere, orders.Refused, Pounds(gross), ends),
            new ReportedReturns(
                plan.ReturnInvoices, plan.ReturnLines, returns.New, returns.AlreadyThere, returns.Refused, Pounds(plan.Refunds),
                Pounds(refunded), Pounds(refundsFailed)),
            receipts is null ? null : new ReportedStock(
                plan.Receipts.Select(receipt => receipt.Sku).Distinct().Count(), plan.Receipts.Sum(receipt => receipt.Quantity),
                receipts.New, receipts.AlreadyThere, receipts.Refused),
            new ReportedTime(
                Seconds(stock), Seconds(projected), Seconds(total - stock - projected), Seconds(total),
                Math.Round((orders.New + orders.AlreadyThere) / Math.Max(projected.TotalSeconds, 0.001), 1)))
    {
    }

    /// <summary>Whether the server refused anything that the file asks for.</summary>
    public bool IsComplete => Sales.Refused.Count == 0 && Returns.Refused.Count == 0 && Stock is null or { Refused.Count: 0 };

    private static IReadOnlyList<ReportedAmount> Pounds(long amount) => [new ReportedAmount(LineReader.Currency, amount)];

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);
}
