using OrleansOrders.Cli.Verify;
using OrleansOrders.ReadModels;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Verify;

public sealed class VerificationTests
{
    public static TheoryData<int, string> Receipts => Names(Tampering.OfReceipts);

    public static TheoryData<int, string> Books => Names(Tampering.OfBooks);

    [Fact]
    public async Task Every_invariant_holds_on_what_the_engine_wrote()
    {
        await using var database = await FilledDatabase.Copy();

        var report = await Run(database);

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], report.Invariants.Select(invariant => invariant.Number));
        Assert.All(report.Invariants, invariant => Assert.True(
            invariant.Verdict == (invariant.Number == 7 ? Verdict.NotApplicable : Verdict.Ok), $"{invariant.Name}: {string.Join("; ", invariant.First)}"));
        Assert.True(report.Ok);
    }

    [Fact]
    public async Task The_database_holds_what_the_checks_are_about()
    {
        await using var database = await FilledDatabase.Copy();

        var counts = (await Run(database)).Invariants.ToDictionary(invariant => invariant.Number, invariant => invariant.Counts);

        Assert.Contains("2 refused", counts[1], StringComparison.Ordinal);
        Assert.Contains("EUR 900 = 900 + 0 + 0 in flight + 0 for a person; GBP ", counts[4], StringComparison.Ordinal);
        Assert.DoesNotContain(" 0 for a person", counts[4].Split("GBP")[1], StringComparison.Ordinal);
        Assert.Matches("^[1-9][0-9]* completed, [1-9][0-9]* compensated, 2 parked, 0 under way$", counts[6]);
        Assert.Contains($"{ReadModelCatalog.All.Count} read models", counts[8], StringComparison.Ordinal);
        Assert.Contains("2 snapshots, 0 of them of an older shape", counts[8], StringComparison.Ordinal);
        Assert.Equal("2 tenants", counts[9]);
    }

    [Fact]
    public async Task A_snapshot_may_be_missing()
    {
        await using var database = await FilledDatabase.Copy();
        await database.Execute("delete from snapshots where stream_id = 'stock-LONG-A'");

        Assert.True((await Run(database)).Ok);
    }

    [Theory]
    [MemberData(nameof(Receipts))]
    public Task A_changed_receipt_is_noticed(int invariant, string what) => Notices(Tampering.OfReceipts, invariant, what);

    [Theory]
    [MemberData(nameof(Books))]
    public Task A_changed_line_in_the_providers_books_is_noticed(int invariant, string what) => Notices(Tampering.OfBooks, invariant, what);

    internal static async Task Notices((int Invariant, string What, string Sql)[] cases, int invariant, string what)
    {
        await using var database = await FilledDatabase.Copy();
        await database.Execute(cases.Single(tampering => tampering.What == what).Sql);

        var report = await Run(database, logOnly: cases != Tampering.OfReadModels);

        Assert.False(report.Ok);
        var violated = report.Invariants.Where(line => line.Verdict == Verdict.Violated).ToList();
        Assert.Contains(invariant, violated.Select(line => line.Number));
        Assert.All(violated, line => Assert.True(line.Violations > 0 && line.First.Count > 0));
        if (what.Contains("every read model", StringComparison.Ordinal))
            Assert.All(ReadModelCatalog.All, model => Assert.Contains(
                report.Invariants.Single(line => line.Number == invariant).First, line => line.StartsWith(model.Name, StringComparison.Ordinal)));
    }

    internal static Task<VerificationReport> Run(TestDatabase database, bool logOnly = false) =>
        new Verification(database.DataSource, database.ConnectionString, TimeProvider.System).Run(logOnly, _ => { }, CancellationToken.None);

    internal static TheoryData<int, string> Names((int Invariant, string What, string Sql)[] cases)
    {
        var names = new TheoryData<int, string>();
        foreach (var (invariant, what, _) in cases)
            names.Add(invariant, what);
        return names;
    }
}
