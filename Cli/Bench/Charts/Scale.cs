using System.Globalization;

namespace OrleansOrders.Cli.Bench.Charts;

/// <summary>From values to places on the paper.</summary>
internal sealed class Scale
{
    private const double Tolerance = 1e-9;
    private const int MostLogarithmicTicks = 8;
    private const int WantedTicks = 5;

    private readonly bool isLogarithmic;
    private readonly double low;
    private readonly double high;
    private readonly double start;
    private readonly double end;

    private Scale(bool isLogarithmic, double low, double high, double start, double end, IReadOnlyList<Tick> ticks) =>
        (this.isLogarithmic, this.low, this.high, this.start, this.end, Ticks) = (isLogarithmic, low, high, start, end, ticks);

    public IReadOnlyList<Tick> Ticks { get; }

    /// <param name="values">All of them fit; a linear axis also has 0, so that no difference looks larger than it is.</param>
    /// <param name="start">Where the lowest value comes to lie.</param>
    public static Scale Fit(Axis axis, IEnumerable<double> values, double start, double end)
    {
        var all = values.Concat(axis.Ticks?.Select(tick => tick.At) ?? []).ToList();
        if (all.Count == 0 || all.Exists(value => !double.IsFinite(value)))
            throw new ArgumentException($"The axis '{axis.Title}' has no values, or one that is no number.", nameof(values));
        if (axis.IsLogarithmic && all.Min() <= 0)
            throw new ArgumentException($"{all.Min()} has no place on the logarithmic axis '{axis.Title}'.", nameof(values));
        if (axis.Ticks is { } given)
            return Padded(axis.IsLogarithmic, all.Min(), all.Max(), start, end, given);
        var marks = axis.IsLogarithmic ? LogarithmicMarks(all.Min(), all.Max()) : LinearMarks(Math.Min(0, all.Min()), Math.Max(0, all.Max()));
        var shown = marks.Count > MostLogarithmicTicks ? [.. marks.Where(IsPowerOfTen)] : marks;
        return new Scale(axis.IsLogarithmic, marks[0], marks[^1], start, end, [.. shown.Select(mark => new Tick(mark, Write(mark)))]);
    }

    public double Place(double value) => start + (end - start) * (Measure(value) - Measure(low)) / (Measure(high) - Measure(low));

    /// <summary>A number as people write it.</summary>
    public static string Write(double value) => Math.Abs(value) >= 1_000_000
        ? string.Create(CultureInfo.InvariantCulture, $"{value / 1_000_000:#,0.###} M")
        : value.ToString("#,0.####", CultureInfo.InvariantCulture);

    private double Measure(double value) => isLogarithmic ? Math.Log10(value) : value;

    // A little air, so that no mark lies on the frame.
    private static Scale Padded(bool isLogarithmic, double least, double most, double start, double end, IReadOnlyList<Tick> ticks)
    {
        var air = (end - start) * 0.05;
        var (low, high) = least < most ? (least, most) : isLogarithmic ? (least / 2, most * 2) : (least - 1, most + 1);
        return new Scale(isLogarithmic, low, high, start + air, end - air, ticks);
    }

    private static List<double> LinearMarks(double least, double most)
    {
        var span = most > least ? most - least : 1;
        var rough = span / WantedTicks;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * new[] { 1, 2, 5, 10 }.First(factor => factor * power >= rough * (1 - Tolerance));
        var (first, last) = ((int)Math.Floor(least / step + Tolerance), (int)Math.Ceiling((least + span) / step - Tolerance));
        return [.. Enumerable.Range(first, last - first + 1).Select(number => number * step)];
    }

    private static List<double> LogarithmicMarks(double least, double most)
    {
        var marks = new List<double>();
        for (var power = (int)Math.Floor(Math.Log10(least) + Tolerance); ; power++)
        {
            foreach (var factor in new[] { 1, 2, 5 })
            {
                marks.Add(factor * Math.Pow(10, power));
                if (marks[^1] >= most * (1 - Tolerance) && marks.Count(mark => mark > least * (1 + Tolerance)) >= 1)
                    return marks[Math.Max(0, marks.FindLastIndex(mark => mark <= least * (1 + Tolerance)))..];
            }
        }
    }

    private static bool IsPowerOfTen(double value) => Math.Abs(Math.Log10(value) - Math.Round(Math.Log10(value))) < Tolerance;
}
