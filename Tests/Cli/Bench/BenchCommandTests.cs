using OrleansOrders.Cli;
using OrleansOrders.Cli.Bench;
using OrleansOrders.Hosting;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cli.Bench;

public sealed class BenchCommandTests : IDisposable
{
    private static readonly Headline Rate = new("R1", "appends", "the server's own", "events/s", 0.6, 1);
    private static readonly Headline Latency = new("R2", "a command", "a row", "ms", 4, 1.5) { LessIsBetter = true };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("R99", "--only", "R99")]
    [InlineData("--tolerance", "--tolerance", "150")]
    [InlineData("--tolerance", "--tolerance", "-1")]
    [InlineData("--rounds", "--rounds", "0")]
    [InlineData("--rounds", "--rounds", "many")]
    [InlineData("--yes", "--postgres", "Host=elsewhere")]
    [InlineData("--compare", "--compare", "no-such-file.json")]
    public Task What_makes_no_sense_is_one_line_and_nothing_is_started(string named, params string[] arguments) => Refused(named, arguments);

    [Fact]
    public async Task A_baseline_that_is_none_is_refused_by_name()
    {
        File.WriteAllText(folder.Below("baseline.json"), """{"figures": 1}""");
        await Refused("baseline.json", "--compare", folder.Below("baseline.json"));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_one_line() =>
        await Refused("--postgres", "--yes", "--postgres", $"Host={folder.Path};Timeout=2");

    [Theory]
    [InlineData(0.85, false)]
    [InlineData(0.70, true)]
    [InlineData(1.30, false)]
    public void A_rate_is_worse_when_it_lost_more_than_may_be_lost(double ratio, bool isWorse) =>
        Assert.Equal(isWorse, Compare("R1", Result(Rate, ratio)) is not null);

    [Theory]
    [InlineData(1.10, false)]
    [InlineData(1.43, true)]
    [InlineData(0.50, false)]
    public void A_latency_is_worse_when_it_grew(double ratio, bool isWorse) => Assert.Equal(isWorse, Compare("R2", Result(Latency, ratio)) is not null);

    [Fact]
    public void What_the_baseline_does_not_know_is_not_judged() => Assert.Null(Compare("R7", Result(Rate, 0.01)));

    [Fact]
    public void The_ratio_is_the_median_of_the_rounds_ratios_not_the_ratio_of_medians()
    {
        var rounds = new[] { (10.0, 10.0), (30, 20), (90, 30), (8, 10), (200, 50) }
            .Select(round => (new Measured(round.Item1, 3, 2, 100), new Measured(round.Item2, 1, 1, null))).ToList();
        var result = HeadlineResult.From(Rate, rounds);

        Assert.Equal((1.5, 0.8, 4.0, 30.0, 20.0), (result.Ratio, result.Low, result.High, result.Product, result.Reference));
        Assert.Equal((3.0, 2.0, 1.0, 100.0, null), (result.CpuMicrosPerUnit, result.ServerCpuMicrosPerUnit, result.ReferenceCpuMicrosPerUnit, result.Batch, result.ReferenceBatch));
    }

    [Fact]
    public void A_target_is_met_from_above_or_from_below()
    {
        Assert.Equal((true, false), (Result(Rate, 0.6).Met, Result(Rate, 0.59).Met));
        Assert.Equal((true, false), (Result(Latency, 4).Met, Result(Latency, 4.1).Met));
    }

    // One round is enough for a figure, and the least that shows that the whole of it works.
    [Fact]
    public async Task A_quick_run_of_one_headline_measures_both_sides_and_says_on_what()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLineProgram.Run(["bench", "--quick", "--rounds", "1", "--only", "R1", "--json"], output, error);

        Assert.True(code is ExitCodes.Ok or ExitCodes.Failed, error.ToString());
        using var report = System.Text.Json.JsonDocument.Parse(output.ToString());
        var result = report.RootElement.GetProperty("headlines").GetProperty("R1");
        Assert.Equal(code == ExitCodes.Ok, result.GetProperty("ratio").GetDouble() >= 0.6);
        Assert.All(["product", "reference", "cpuMicrosPerUnit", "low", "high", "batch"], name => Assert.True(result.GetProperty(name).GetDouble() > 0, name));
        Assert.True(report.RootElement.GetProperty("machine").GetProperty("cores").GetInt32() > 0);
    }

    private static string? Compare(string id, HeadlineResult result) =>
        new Baseline(new Dictionary<string, double> { ["R1"] = 1.0, ["R2"] = 1.0 }, tolerance: 0.15).Judge(id, result);

    private static HeadlineResult Result(Headline headline, double ratio) =>
        HeadlineResult.From(headline, [(new Measured(ratio, 1, 1), new Measured(1, 1, 1))]);

    private static async Task Refused(string named, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        Assert.Equal(ExitCodes.BadInput, await CommandLineProgram.Run(["bench", .. arguments], output, error));
        Assert.Contains(named, Assert.Single(error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Empty(output.ToString());
    }
}
