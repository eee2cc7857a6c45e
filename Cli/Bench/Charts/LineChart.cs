namespace OrleansOrders.Cli.Bench.Charts;

/// <summary>Lines over two axes, as SVG: no script, readable on a light and on a dark page, the same bytes for the same figures.</summary>
internal sealed record LineChart(string Title, Axis X, Axis Y, IReadOnlyList<ChartSeries> Series)
{
    /// <exception cref="ArgumentException">There is nothing to draw, or something that has no place on its axis.</exception>
    public string ToSvg() => new SvgDrawing(this).ToString();
}

/// <summary>One line, its points in the order of <c>X</c>.</summary>
internal sealed record ChartSeries(string Name, IReadOnlyList<ChartPoint> Points);

/// <param name="Y">On the line.</param>
/// <param name="Low">The lower edge of the band around it.</param>
internal sealed record ChartPoint(double X, double Y, double Low, double High);
