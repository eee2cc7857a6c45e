using OrleansOrders.Cli.Bench.Growth;

namespace OrleansOrders.Tests.Cli.Bench;

/// <summary>Growth that matters is reported, and a machine that becomes slower is not taken for it.</summary>
public sealed class GrowthJudgeTests
{
    private const string Append = "append";

    private static readonly CurvePlan Plan = new("log", "t", "events", [new(1e3, "1,000"), new(1e5, "100,000"), new(1e7, "10 million")], []);

    [Fact]
    public async Task A_planted_growth_of_30_percent_is_missed()
    {
        var verdicts = GrowthJudge.Judge(await Walk(point => point == 2 ? 1.3 : 1, drift: 0), [Append]);
        Assert.Equal(["processor time", "time"], verdicts.Select(verdict => verdict.What));
        Assert.All(verdicts, verdict => Assert.Equal((false, 1.3), (verdict.Reached, Math.Round(verdict.Ratio, 2))));
        using var output = new StringWriter();
        GrowthReport.Write(output, [], verdicts);
        Assert.Contains("is 1.30 of that at the first (1.30 to 1.30), at most 1.25: MISSED", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Growth_of_20_percent_is_reached() =>
        Assert.All(GrowthJudge.Judge(await Walk(point => point == 2 ? 1.2 : 1, drift: 0), [Append]), verdict => Assert.True(verdict.Reached));

    [Fact]
    public async Task A_machine_that_becomes_slower_from_round_to_round_does_not_look_like_growth() =>
        Assert.All(GrowthJudge.Judge(await Walk(_ => 1, drift: 0.1), [Append]), verdict => Assert.InRange(verdict.Ratio, 0.9, 1.1));

    [Fact]
    public void Time_alone_is_enough_to_miss()
    {
        var result = new CurveResult(Plan, []);
        for (var point = 0; point < 3; point++)
            result.Add(point, Of(rate: point == 2 ? 1_000 : 2_000, micros: 10));
        Assert.Equal([true, false], GrowthJudge.Judge(result, [Append]).Select(verdict => verdict.Reached));
        Assert.Empty(GrowthJudge.Judge(result, ["what was not measured"]));
    }

    [Fact]
    public async Task The_first_round_is_not_counted_and_every_second_one_goes_down()
    {
        var curve = new Planted(_ => 1, drift: 0);
        var result = new CurveResult(Plan, []);
        await GrowthRun.Walk(curve, result, 2, _ => { }, CancellationToken.None);
        Assert.Equal([0, 1, 2, 2, 1, 0, 0, 1, 2], curve.Visited);
        Assert.Equal(2, result.Rounds(0, Append, Figures.PerSecond).Count);
    }

    [Fact]
    public async Task What_was_measured_before_an_interruption_is_left()
    {
        using var interruption = new CancellationTokenSource();
        var curve = new Planted(_ => 1, drift: 0) { Stop = (5, interruption) };
        var result = new CurveResult(Plan, []);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => GrowthRun.Walk(curve, result, 5, _ => { }, interruption.Token));
        using var output = new StringWriter();
        GrowthReport.Write(output, [result], []);
        Assert.Contains("10 million", output.ToString(), StringComparison.Ordinal);
        Assert.Equal((0, 1), (result.Rounds(0, Append, Figures.PerSecond).Count, result.Rounds(2, Append, Figures.PerSecond).Count));
    }

    private static async Task<CurveResult> Walk(Func<int, double> cost, double drift)
    {
        var result = new CurveResult(Plan, []);
        await GrowthRun.Walk(new Planted(cost, drift), result, 6, _ => { }, CancellationToken.None);
        return result;
    }

    private static Sample Of(double rate, double micros) => new(
        Append, new Dictionary<string, double> { [Figures.PerSecond] = rate, [Figures.Processor] = micros });

    /// <summary>A curve whose cost is known.</summary>
    private sealed class Planted(Func<int, double> cost, double drift) : ICurve
    {
        public List<int> Visited { get; } = [];

        public (int After, CancellationTokenSource Source)? Stop { get; init; }

        public CurvePlan Plan => GrowthJudgeTests.Plan;

        public Task Prepare(Action<string> report, CancellationToken cancellation) => Task.CompletedTask;

        public Task<IReadOnlyList<Sample>> Measure(int point, CancellationToken cancellation)
        {
            if (Stop is { } stop && Visited.Count == stop.After)
                stop.Source.Cancel();
            cancellation.ThrowIfCancellationRequested();
            Visited.Add(point);
            var slower = 1 + drift * Visited.Count / 3;
            return Task.FromResult<IReadOnlyList<Sample>>([Of(10_000 / (cost(point) * slower), 40 * cost(point) * slower)]);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
