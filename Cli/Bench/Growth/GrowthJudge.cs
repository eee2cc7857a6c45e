namespace OrleansOrders.Cli.Bench.Growth;

/// <summary>Whether something costs about as much in a large log as in a small one.</summary>
/// <param name="What">Processor time or time, for each event.</param>
/// <param name="Ratio">At the last point over the first, the median of the rounds' ratios.</param>
internal sealed record Verdict(string Series, string What, double Ratio, double Low, double High, double Most, bool Reached);

internal static class GrowthJudge
{
    /// <summary>A quarter more is the most.</summary>
    public const double Most = 1.25;

    /// <summary>
    /// Each round's last point is compared with the first point of the same round, which was measured seconds apart, so that
    /// a machine that becomes slower from minute to minute changes both. A series that was not measured has no verdict.
    /// </summary>
    public static IReadOnlyList<Verdict> Judge(CurveResult result, IEnumerable<string> series) =>
        [.. series.SelectMany(name => new[]
        {
            Compare(result, name, Figures.Processor, "processor time", static value => value),
            Compare(result, name, Figures.PerSecond, "time", static value => 1 / value),
        }).OfType<Verdict>()];

    private static Verdict? Compare(CurveResult result, string series, string figure, string what, Func<double, double> costOf)
    {
        var ratios = result.Rounds(0, series, figure).Zip(
            result.Rounds(result.Plan.Points.Count - 1, series, figure), (first, last) => costOf(last) / costOf(first)).ToList();
        if (ratios.Count == 0)
            return null;
        var spread = Spread.Of(ratios);
        return new Verdict(series, what, spread.Median, spread.Low, spread.High, Most, spread.Median <= Most);
    }
}
