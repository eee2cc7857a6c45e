using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using OrleansOrders.Cli.Bench.Charts;

namespace OrleansOrders.Cli.Bench.Growth;

/// <summary>What a run has shown: as an object for JSON, as lines for people, as charts.</summary>
internal static class GrowthReport
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <param name="machine">Where and when it was measured.</param>
    public static object ToObject(Machine machine, IReadOnlyList<CurveResult> curves, IReadOnlyList<Verdict> verdicts) => new
    {
        machine,
        verdicts,
        curves = curves.Select(curve => new
        {
            curve.Plan.Id,
            curve.Plan.Title,
            curve.Plan.Axis,
            points = curve.Plan.Points.Select((point, i) => new
            {
                point.X,
                point.Label,
                series = curve.SeriesAt(i).ToDictionary(series => series, series => curve.FiguresOf(series).Select(figure => (figure, Spread: curve.Find(i, series, figure)))
                    .Where(one => one.Spread is not null).ToDictionary(one => one.figure, one => Rounded(one.Spread!))),
            }),
        }),
    };

    public static void Write(TextWriter output, IReadOnlyList<CurveResult> curves, IReadOnlyList<Verdict> verdicts)
    {
        foreach (var curve in curves.Where(curve => curve.Samples.Count > 0))
        {
            output.WriteLine(Line($"{curve.Plan.Axis,-22} {"",-26} {"per second",12}   {"low to high",-20} {"CPU µs",8}   {"low to high",-18}"));
            for (var point = 0; point < curve.Plan.Points.Count; point++)
            {
                foreach (var series in curve.SeriesAt(point))
                    output.WriteLine(Row(curve, point, series));
            }
            output.WriteLine();
        }
        foreach (var verdict in verdicts)
            output.WriteLine(Line($"{verdict.Series}: {verdict.What} for an event at the last point is {verdict.Ratio:n2} of that at the first ({verdict.Low:n2} to {verdict.High:n2}), at most {verdict.Most:n2}: {(verdict.Reached ? "reached" : "MISSED")}"));
    }

    /// <summary>The charts and growth.json; files of an earlier run are replaced.</summary>
    public static void Save(string folder, object report, IEnumerable<CurveResult> curves)
    {
        Directory.CreateDirectory(folder);
        foreach (var (plan, chart) in curves.SelectMany(curve => curve.Plan.Charts, (curve, plan) => (plan, Draw(curve, plan))))
            File.WriteAllText(Path.Combine(folder, $"{plan.File}.svg"), chart.ToSvg());
        File.WriteAllText(Path.Combine(folder, "growth.json"), JsonSerializer.Serialize(report, Indented) + "\n");
    }

    public static LineChart Draw(CurveResult curve, ChartPlan plan) => new(
        plan.Title,
        new Axis(curve.Plan.Axis, true) { Ticks = [.. curve.Plan.Points.Select(point => new Tick(point.X, point.Label))] },
        new Axis(plan.YTitle, plan.IsLogarithmic),
        [.. plan.Lines.Select(line => new ChartSeries(line.Name, [.. curve.Plan.Points.SelectMany((point, i) =>
            curve.Find(i, line.Series, line.Figure) is { } spread ? new[] { new ChartPoint(point.X, spread.Median, spread.Low, spread.High) } : [])]))]);

    private static string Row(CurveResult curve, int point, string series)
    {
        var rate = curve.Find(point, series, Figures.PerSecond)!;
        var cost = curve.Find(point, series, Figures.Processor)!;
        var others = curve.FiguresOf(series).Where(figure => figure is not (Figures.PerSecond or Figures.Processor or Figures.Server))
            .Select(figure => Line($"{figure} {curve.Find(point, series, figure)!.Median:n2}"));
        return Line($"{curve.Plan.Points[point].Label,-22} {series,-26} {rate.Median,12:n0}   {Line($"{rate.Low:n0} to {rate.High:n0}"),-20} {cost.Median,8:n1}   {Line($"{cost.Low:n1} to {cost.High:n1}"),-18} {string.Join(", ", others)}").TrimEnd();
    }

    private static Spread Rounded(Spread spread) => new(Math.Round(spread.Median, 3), Math.Round(spread.Low, 3), Math.Round(spread.High, 3));

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
