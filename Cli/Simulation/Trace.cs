using System.Globalization;
using OrleansOrders.EventStore;

namespace OrleansOrders.Cli.Simulation;

/// <summary>What happened in a run, line by line, for people.</summary>
internal sealed class Trace
{
    private readonly List<string> lines = [];

    public IReadOnlyList<string> Lines => lines;

    /// <summary>What a fault happened to, in words.</summary>
    public static string Describe(object what) => what is Append append
        ? $"{append.Stream} {append.Expected.Version + 1}: {(append.Events.Count == 0 ? "only a receipt" : string.Join(", ", append.Events.Select(added => added.Type)))}"
        : $"{what}";

    public void Add(TimeSpan at, string who, string what) =>
        lines.Add(string.Create(CultureInfo.InvariantCulture, $"{at.TotalSeconds,9:0.000} s  {who,-9} {what}"));
}
