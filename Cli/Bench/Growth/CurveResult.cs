namespace OrleansOrders.Cli.Bench.Growth;

/// <summary>Everything that the rounds of a curve have shown so far.</summary>
internal sealed class CurveResult(CurvePlan plan, IReadOnlyList<PointSample> samples)
{
    private readonly List<PointSample> samples = [.. samples];

    public CurvePlan Plan => plan;

    public IReadOnlyList<PointSample> Samples => samples;

    public void Add(int point, Sample sample) => samples.Add(new PointSample(point, sample));

    public IEnumerable<string> SeriesAt(int point) => samples.Where(one => one.Point == point).Select(one => one.Sample.Series).Distinct();

    public IEnumerable<string> FiguresOf(string series) =>
        samples.Where(one => one.Sample.Series == series).SelectMany(one => one.Sample.Figures.Keys).Distinct();

    /// <summary>Round by round.</summary>
    public IReadOnlyList<double> Rounds(int point, string series, string figure) =>
        [.. samples.Where(one => one.Point == point && one.Sample.Series == series && one.Sample.Figures.ContainsKey(figure)).Select(one => one.Sample.Figures[figure])];

    /// <summary>Null where nothing was measured.</summary>
    public Spread? Find(int point, string series, string figure) =>
        Rounds(point, series, figure) is { Count: > 0 } rounds ? Spread.Of(rounds) : null;
}

/// <param name="Point">On the plan's axis, counted from 0.</param>
internal sealed record PointSample(int Point, Sample Sample);

/// <summary>What lies in the middle, and how far the rounds lie apart.</summary>
internal sealed record Spread(double Median, double Low, double High)
{
    public static Spread Of(IReadOnlyList<double> values)
    {
        var sorted = values.Order().ToList();
        return new Spread((sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2, sorted[0], sorted[^1]);
    }
}
