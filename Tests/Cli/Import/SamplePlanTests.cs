using OrleansOrders.Cli.Import;
using Xunit;

namespace OrleansOrders.Tests.Cli.Import;

/// <summary>The plan of a whole file against a second calculation that works another way.</summary>
public sealed class SamplePlanTests
{
    [SampleFact]
    public void The_published_sample_has_the_expected_counts()
    {
        var plan = ImportPlanner.Plan(ImportFiles.Sample!);

        Assert.Equal(10_000, plan.Lines.Read + plan.ReturnLines.Read);
        Assert.Equal(512, plan.Invoices.Read + plan.ReturnInvoices.Read);
        Assert.Equal(100, plan.ReturnLines.Read);
        Assert.Equal(593, plan.Orders.Max(order => order.Lines.Count));
        AssertAgrees(plan, IndependentTotals.Of(ImportFiles.Sample!));
    }

    [Fact]
    public void A_generated_file_agrees_with_the_second_calculation()
    {
        var path = GeneratedFile.Write(seed: 7, invoices: 300);
        try
        {
            var totals = IndependentTotals.Of(path);

            Assert.True(totals is { QuantityRejected: > 20, PriceRejected: > 20 } && totals.GoodInvoices.Count < totals.SaleInvoices.Count);
            AssertAgrees(ImportPlanner.Plan(path), totals);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void AssertAgrees(ImportPlan plan, IndependentTotals totals)
    {
        Assert.Equal(totals.Records, plan.Lines.Read + plan.ReturnLines.Read);
        Assert.Equal(totals.ReturnRecords, plan.ReturnLines.Read);
        Assert.Equal(totals.GoodRecords, plan.Lines.Accepted);
        Assert.Equal(totals.QuantityRejected, Count(plan.Lines, RejectReasons.QuantityNotPositive));
        Assert.Equal(totals.PriceRejected, Count(plan.Lines, RejectReasons.PriceNotPositive) + Count(plan.Lines, RejectReasons.PriceRoundsToZero));
        Assert.Equal(totals.GoodRecords + totals.QuantityRejected + totals.PriceRejected, plan.Lines.Read);
        Assert.Equal(totals.GoodInvoices.Order(), plan.Orders.Select(order => order.Invoice).Order());
        Assert.Equal(totals.SaleInvoices.Count - totals.GoodInvoices.Count, Count(plan.Invoices, RejectReasons.NoGoodLine));
        Assert.Equal(totals.Pence, plan.Gross);
        Assert.Equal(totals.Pieces, plan.Pieces);
        Assert.Equal(totals.PiecesPerSku.ToDictionary(pair => pair.Key, pair => (long)pair.Value).OrderBy(pair => pair.Key, StringComparer.Ordinal),
            plan.Receipts.Select(receipt => KeyValuePair.Create(receipt.Sku, receipt.Quantity)));
        Assert.Equal(totals.PencePerDay.Select(pair => (pair.Key, (long)pair.Value)), plan.Orders
            .GroupBy(order => order.At.ToString("yyyy-MM-dd", null)).OrderBy(day => day.Key, StringComparer.Ordinal)
            .Select(day => (day.Key, day.Sum(order => order.Total))));
    }

    private static long Count(PlanCount count, string reason) =>
        count.Rejected.Where(reject => reject.Reason == reason).Sum(reject => reject.Count);
}
