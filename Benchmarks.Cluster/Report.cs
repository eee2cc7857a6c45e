using System.Globalization;
using OrleansOrders.Cli.Bench;

namespace OrleansOrders.Benchmarks.Cluster;

/// <summary>What a run has found: lines for a person, or one JSON object with the same figures.</summary>
/// <param name="asJson">The lines go to standard error then.</param>
internal sealed class Report(bool asJson)
{
    private readonly TextWriter lines = asJson ? Console.Error : Console.Out;

    public Dictionary<string, object> Figures { get; } = [];

    /// <summary>A target was missed.</summary>
    public bool HasFailed { get; private set; }

    public void Say(string line) => lines.WriteLine(line);

    /// <summary>Keeps a figure as the median, the lowest and the highest of its rounds.</summary>
    /// <returns>The median.</returns>
    public double Add(string name, string unit, IEnumerable<double> rounds)
    {
        var sorted = rounds.Order().ToList();
        var middle = sorted.Count / 2;
        var median = sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        Figures[name] = new { unit, median, low = sorted[0], high = sorted[^1], rounds = sorted.Count };
        Say(string.Create(CultureInfo.InvariantCulture, $"{name,-46} median {median,12:n1}   low {sorted[0],12:n1}   high {sorted[^1],12:n1}   {unit}"));
        return median;
    }

    /// <summary>Steadier than the elapsed time where others use the machine as well.</summary>
    public void AddProcessor(string what, IReadOnlyList<Stretch> stretches, int events)
    {
        Add($"{what}, silo", "µs of processor/event", stretches.Select(stretch => stretch.Clients.TotalMicroseconds / events));
        Add($"{what}, database", "µs of processor/event", stretches.Select(stretch => stretch.Server.TotalMicroseconds / events));
    }

    /// <summary>Keeps a single figure and whether it reaches what it must.</summary>
    public void Judge(string name, string unit, double value, string must, bool isGood)
    {
        Figures[name] = new { unit, value, must, isGood };
        HasFailed |= !isGood;
        Say(string.Create(CultureInfo.InvariantCulture, $"{name,-46} {value:n2} {unit}; must be {must}: {(isGood ? "reached" : "MISSED")}"));
    }
}
