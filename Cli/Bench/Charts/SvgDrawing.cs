using System.Globalization;
using System.Xml.Linq;

namespace OrleansOrders.Cli.Bench.Charts;

/// <summary>Puts a <see cref="LineChart"/> on paper.</summary>
internal sealed class SvgDrawing
{
    private const double Width = 760;
    private const double PlotHeight = 300;
    private const double Left = 84;
    private const double Right = Width - 24;
    private const double LetterWidth = 7;
    private const double LegendRow = 22;

    // Told apart by form and by brightness, not by colour alone; each has a lighter twin for dark pages.
    private const string Style = """
        text{font:13px system-ui,sans-serif;fill:#24292f}.title{font-size:16px;font-weight:600}.paper{fill:#fff}
        .grid{stroke:#d8dee4}.frame{stroke:#57606a;fill:none}.band{stroke:none!important;fill-opacity:.16}.line{fill:none!important;stroke-width:2}
        .s0{stroke:#0969da;fill:#0969da}.s1{stroke:#bc4c00;fill:#bc4c00}.s2{stroke:#1a7f37;fill:#1a7f37}.s3{stroke:#8250df;fill:#8250df}
        @media(prefers-color-scheme:dark){text{fill:#e6edf3}.paper{fill:#0d1117}.grid{stroke:#30363d}.frame{stroke:#8b949e}
        .band{fill-opacity:.25}.s0{stroke:#58a6ff;fill:#58a6ff}.s1{stroke:#f0883e;fill:#f0883e}.s2{stroke:#3fb950;fill:#3fb950}.s3{stroke:#bc8cff;fill:#bc8cff}}
        """;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static readonly string[] Marks = ["M-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0", "M-4,-4H4V4H-4Z", "M0,-5L5,4H-5Z", "M0,-5L5,0L0,5L-5,0Z"];

    private readonly LineChart chart;
    private readonly List<(string Name, double X, double Y)> legend;
    private readonly double top;
    private readonly double bottom;
    private readonly Scale x;
    private readonly Scale y;

    public SvgDrawing(LineChart chart)
    {
        if (chart.Series.Count == 0 || chart.Series.Count > Marks.Length)
            throw new ArgumentException($"A chart has 1 to {Marks.Length} lines, not {chart.Series.Count}.", nameof(chart));
        this.chart = chart;
        legend = LayLegend(chart.Series);
        top = legend[^1].Y + 20;
        bottom = top + PlotHeight;
        var points = chart.Series.SelectMany(series => series.Points).ToList();
        x = Scale.Fit(chart.X, points.Select(point => point.X), Left, Right);
        y = Scale.Fit(chart.Y, points.SelectMany(point => new[] { point.Y, point.Low, point.High }), bottom, top);
    }

    public override string ToString()
    {
        var height = bottom + 56;
        var svg = new XElement(
            Svg + "svg", new XAttribute("viewBox", $"0 0 {Number(Width)} {Number(height)}"), new XAttribute("width", Number(Width)),
            new XAttribute("height", Number(height)), new XAttribute("role", "img"),
            new XElement(Svg + "title", Clean(chart.Title)), new XElement(Svg + "style", Style),
            new XElement(Svg + "rect", new XAttribute("class", "paper"), new XAttribute("width", "100%"), new XAttribute("height", "100%")),
            Text(Left, 28, chart.Title, "start", "title"),
            legend.Select((entry, i) => new XElement(
                Svg + "g", Mark(i, entry.X + 6, entry.Y - 4, null), Text(entry.X + 18, entry.Y, entry.Name, "start"))),
            DrawAxes(), chart.Series.Select(DrawBand), chart.Series.Select(DrawLine));
        return svg + "\n";
    }

    private static List<(string, double, double)> LayLegend(IReadOnlyList<ChartSeries> series)
    {
        var placed = new List<(string, double, double)>();
        var (at, row) = (Left, 54.0);
        foreach (var name in series.Select(one => one.Name))
        {
            var width = 34 + name.Length * LetterWidth;
            if (at + width > Right && at > Left)
                (at, row) = (Left, row + LegendRow);
            placed.Add((name, at, row));
            at += width;
        }
        return placed;
    }

    private IEnumerable<XElement> DrawAxes()
    {
        foreach (var tick in y.Ticks)
        {
            yield return Line(Left, y.Place(tick.At), Right, y.Place(tick.At));
            yield return Text(Left - 8, y.Place(tick.At) + 4, tick.Label, "end", "tick-y");
        }
        foreach (var tick in x.Ticks)
        {
            yield return Line(x.Place(tick.At), top, x.Place(tick.At), bottom);
            yield return Text(x.Place(tick.At), bottom + 18, tick.Label, "middle", "tick-x");
        }
        yield return new XElement(Svg + "path", new XAttribute("class", "frame"), new XAttribute("d", $"M{Pair(Left, top)}V{Number(bottom)}H{Number(Right)}"));
        yield return Text((Left + Right) / 2, bottom + 42, chart.X.Title, "middle");
        var across = Text(0, 0, chart.Y.Title, "middle");
        across.SetAttributeValue("transform", $"translate(20 {Number((top + bottom) / 2)}) rotate(-90)");
        yield return across;
    }

    private XElement DrawBand(ChartSeries series, int number)
    {
        var edge = series.Points.Select(point => (point.X, point.High)).Concat(series.Points.Reverse().Select(point => (point.X, point.Low)));
        return new XElement(
            Svg + "polygon", new XAttribute("class", $"band s{number}"),
            new XAttribute("points", string.Join(' ', edge.Select(corner => Pair(x.Place(corner.Item1), y.Place(corner.Item2))))));
    }

    private XElement DrawLine(ChartSeries series, int number) => new(
        Svg + "g",
        new XElement(
            Svg + "polyline", new XAttribute("class", $"line s{number}"),
            new XAttribute("points", string.Join(' ', series.Points.Select(point => Pair(x.Place(point.X), y.Place(point.Y)))))),
        series.Points.Select(point => Mark(
            number, x.Place(point.X), y.Place(point.Y),
            $"{series.Name}: {Scale.Write(Math.Round(point.Y, 3))} ({Scale.Write(Math.Round(point.Low, 3))} to {Scale.Write(Math.Round(point.High, 3))})")));

    /// <param name="tip">Shown when the mouse rests on it; null in the legend.</param>
    private static XElement Mark(int number, double x, double y, string? tip) => new(
        Svg + "path", new XAttribute("class", $"{(tip is null ? "key" : "point")} s{number}"), new XAttribute("transform", $"translate({Number(x)} {Number(y)})"),
        new XAttribute("d", Marks[number]), tip is null ? null : new XElement(Svg + "title", Clean(tip)));

    private static XElement Line(double x1, double y1, double x2, double y2) =>
        new(Svg + "path", new XAttribute("class", "grid"), new XAttribute("d", $"M{Pair(x1, y1)}L{Pair(x2, y2)}"));

    private static XElement Text(double x, double y, string text, string anchor, string? style = null) => new(
        Svg + "text", new XAttribute("x", Number(x)), new XAttribute("y", Number(y)), new XAttribute("text-anchor", anchor),
        style is null ? null : new XAttribute("class", style), Clean(text));

    // XML escapes the rest, but has no way at all to write these.
    private static string Clean(string text) => string.Concat(text.Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) || letter >= '\ufffe' ? ' ' : letter));

    private static string Pair(double x, double y) => $"{Number(x)},{Number(y)}";

    private static string Number(double value) => Math.Round(value, 1).ToString("0.#", CultureInfo.InvariantCulture);
}
