using System.Globalization;
using System.Xml.Linq;
using OrleansOrders.Cli.Bench.Charts;

namespace OrleansOrders.Tests.Cli.Bench;

/// <summary>A chart that is wrong is worse than none.</summary>
public sealed class LineChartTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Equal_factors_are_equally_far_apart_on_a_logarithmic_axis()
    {
        var places = Points(Chart(new Axis("x", true), new Axis("y"), (1, 5), (10, 5), (100, 5)));
        Assert.Equal(places[1].X - places[0].X, places[2].X - places[1].X, 0.11);
        Assert.True(places[1].X > places[0].X);
    }

    [Fact]
    public void A_point_lies_where_the_ticks_say()
    {
        var svg = Chart(new Axis("x"), new Axis("y"), (0, 0), (4, 10), (8, 20));
        var places = Points(svg);
        var ticksX = Ticks(svg, "tick-x", "x");
        var ticksY = Ticks(svg, "tick-y", "y");
        Assert.Equal((ticksX["4"], ticksY["10"] - 4), places[1]);
        Assert.Equal((ticksX["8"], ticksY["20"] - 4), places[2]);
        Assert.True(places[2].Y < places[0].Y, "Up is more.");
    }

    [Fact]
    public void A_linear_axis_begins_at_zero() =>
        Assert.Contains("0", Ticks(Chart(new Axis("x", true), new Axis("y"), (1, 98), (10, 100)), "tick-y", "y").Keys);

    [Theory]
    [InlineData(3, 40, new[] { "2", "5", "10", "20", "50" })]
    [InlineData(0.5, 700, new[] { "1", "10", "100", "1,000" })]
    [InlineData(7, 7, new[] { "5", "10" })]
    [InlineData(10, 1_000_000, new[] { "10", "100", "1,000", "10,000", "100,000", "1 M" })]
    public void A_logarithmic_axis_has_round_ticks(double least, double most, string[] expected)
    {
        var labels = Ticks(Chart(new Axis("x"), new Axis("y", true), (0, least), (1, most)), "tick-y", "y").Keys;
        Assert.All(expected, label => Assert.Contains(label, labels));
        Assert.InRange(labels.Count, 2, 9);
    }

    [Fact]
    public void The_band_goes_round_low_and_high()
    {
        var chart = new LineChart("t", new Axis("x"), new Axis("y"), [new ChartSeries("s", [new(0, 5, 4, 7), new(1, 6, 6, 9)])]);
        var svg = XDocument.Parse(chart.ToSvg());
        var corners = ((string)svg.Descendants(Svg + "polygon").Single().Attribute("points")!).Split(' ').Select(Pair).ToList();
        var points = Points(chart.ToSvg());
        Assert.Equal(4, corners.Count);
        Assert.True(corners[0].Y < points[0].Y && points[0].Y < corners[3].Y);
        Assert.Equal(corners[2].Y, points[1].Y);
    }

    [Fact]
    public void Text_is_escaped_and_there_is_no_script()
    {
        var chart = new LineChart(
            "</text><script>alert(1)</script> & \u0001", new Axis("\"x\" <b>"), new Axis("y"), [new ChartSeries("a]]>&amp;", [new(0, 1, 1, 1), new(1, 2, 2, 2)])]);
        var svg = XDocument.Parse(chart.ToSvg());
        Assert.DoesNotContain(svg.Descendants(), element => element.Name.LocalName == "script");
        Assert.Contains(svg.Descendants(Svg + "text"), text => text.Value == "</text><script>alert(1)</script> &  ");
        Assert.Contains(svg.Descendants(Svg + "text"), text => text.Value == "a]]>&amp;");
    }

    [Fact]
    public void The_same_figures_are_the_same_bytes_in_every_culture()
    {
        var chart = Chart(new Axis("x", true), new Axis("y"), (1, 1_234.56), (1_000, 0.5));
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NumberGroupSeparator = "." } };
            Assert.Equal(chart, Chart(new Axis("x", true), new Axis("y"), (1, 1_234.56), (1_000, 0.5)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Everything_lies_on_the_paper()
    {
        var names = Enumerable.Range(0, 4).Select(i => new ChartSeries($"a series with quite a long name, number {i}", [new(1, i, i, i), new(2, i, i, i + 0.5)]));
        var svg = XDocument.Parse(new LineChart("t", new Axis("x", true), new Axis("y"), [.. names]).ToSvg());
        var height = Read((string)svg.Root!.Attribute("height")!);
        Assert.All(svg.Descendants(Svg + "text").Where(text => text.Attribute("transform") is null), text =>
        {
            Assert.InRange(Read((string)text.Attribute("x")!), 0, 760);
            Assert.InRange(Read((string)text.Attribute("y")!), 0, height);
        });
        Assert.Equal(4, svg.Descendants(Svg + "path").Count(path => ((string)path.Attribute("class")!).StartsWith("key", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_has_no_place_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Chart(new Axis("x", true), new Axis("y"), (0, 1), (1, 1)));
        Assert.Throws<ArgumentException>(() => Chart(new Axis("x"), new Axis("y", true), (0, -1), (1, 1)));
        Assert.Throws<ArgumentException>(() => Chart(new Axis("x"), new Axis("y"), (0, double.NaN), (1, 1)));
        Assert.Throws<ArgumentException>(() => Chart(new Axis("x"), new Axis("y")));
    }

    private static string Chart(Axis x, Axis y, params (double X, double Y)[] points) =>
        new LineChart("t", x, y, [new ChartSeries("s", [.. points.Select(point => new ChartPoint(point.X, point.Y, point.Y, point.Y))])]).ToSvg();

    private static List<(double X, double Y)> Points(string svg) =>
        [.. XDocument.Parse(svg).Descendants(Svg + "path").Where(path => ((string?)path.Attribute("class"))?.StartsWith("point", StringComparison.Ordinal) == true)
            .Select(path => Pair(((string)path.Attribute("transform")!)["translate(".Length..^1].Replace(' ', ',')))];

    private static Dictionary<string, double> Ticks(string svg, string kind, string coordinate) => XDocument.Parse(svg).Descendants(Svg + "text")
        .Where(text => (string?)text.Attribute("class") == kind).ToDictionary(text => text.Value, text => Read((string)text.Attribute(coordinate)!));

    private static (double X, double Y) Pair(string text) => (Read(text.Split(',')[0]), Read(text.Split(',')[1]));

    private static double Read(string number) => double.Parse(number, CultureInfo.InvariantCulture);
}
