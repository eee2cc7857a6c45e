using System.Globalization;
using OrleansOrders.Domain;

namespace OrleansOrders.Cli.Import;

/// <summary>The report for people.</summary>
public static class ReportText
{
    public static void Write(TextWriter output, ImportReport report)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{report.File}: {report.LinesRead} lines, {report.InvoicesRead} invoices"));
        output.WriteLine();
        Counts(output, "orders", report.Sales.Invoices);
        Counts(output, "order lines", report.Sales.Lines);
        Counts(output, "returns", report.Returns.Invoices);
        Counts(output, "return lines", report.Returns.Lines);
        output.WriteLine();
        Sent(output, "orders", report.Sales.New, report.Sales.AlreadyThere, report.Sales.Refused);
        var ends = report.Sales.Fulfilments;
        Line(output, "  fulfilled", ends.Completed, $"completed, {ends.Compensated} undone, {ends.Parked} parked");
        Sent(output, "returns", report.Returns.New, report.Returns.AlreadyThere, report.Returns.Refused);
        if (report.Stock is { } stock)
            Sent(output, "stock receipts", stock.New, stock.AlreadyThere, stock.Refused);
        output.WriteLine();
        Amounts(output, "gross total", report.Sales.Gross);
        Amounts(output, "refunded", report.Returns.Refunded);
        if (report.Returns.RefundsFailed.Any(amount => amount.Amount > 0))
            Amounts(output, "refunds refused", report.Returns.RefundsFailed);
        output.WriteLine();
        var time = report.Time;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{"duration",-16}{time.TotalSeconds,12:0.0} s: stock {time.StockSeconds:0.0}, orders {time.OrdersSeconds:0.0}, returns {time.ReturnsSeconds:0.0}"));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{"orders/s",-16}{time.OrdersPerSecond,12:0.0}, fulfilled and in every read model"));
    }

    private static void Counts(TextWriter output, string what, PlanCount count)
    {
        Line(output, what, count.Read, $"in the file: {count.Accepted} accepted, {count.Read - count.Accepted} rejected");
        foreach (var reject in count.Rejected)
            Line(output, "", reject.Count, $"{reject.Reason} (first in line {reject.FirstLine})");
    }

    private static void Sent(TextWriter output, string what, long isNew, long alreadyThere, IReadOnlyList<RefusedCount> refused)
    {
        Line(output, what, isNew, $"new, {alreadyThere} already there, {refused.Sum(count => count.Count)} refused by the server");
        foreach (var count in refused)
            Line(output, "", count.Count, $"{count.Code} ({count.First})");
    }

    private static void Amounts(TextWriter output, string what, IReadOnlyList<ReportedAmount> amounts)
    {
        foreach (var amount in amounts)
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{what,-16}{Money.ToDecimal(amount.Amount, amount.Currency),12:0.00} {amount.Currency}"));
    }

    private static void Line(TextWriter output, string what, long count, string rest) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-16}{count,12} {rest}"));
}
