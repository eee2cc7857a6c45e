using System.Text.RegularExpressions;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Tidy.Docs;

/// <summary>A metric as its page has it.</summary>
/// <param name="Instrument">In the code, <c>orders.appends</c>.</param>
/// <param name="Name">For Prometheus, <c>orders_appends_total</c>.</param>
/// <param name="Type"><c>counter</c>, <c>gauge</c> or <c>histogram</c>.</param>
internal sealed record Metric(string Instrument, string Name, string Type, IReadOnlyList<string> Labels);

/// <summary>The metrics of docs/observability.md, and those that the code makes.</summary>
internal static partial class Metrics
{
    public const string Page = "docs/observability.md";

    public static IReadOnlyList<Metric> Documented { get; } =
    [
        .. Row().Matches(Repository.Read(Page)).Select(row => new Metric(
            row.Groups["instrument"].Value, row.Groups["name"].Value, row.Groups["type"].Value,
            [.. Label().Matches(row.Groups["labels"].Value).Select(label => label.Groups[1].Value)])),
    ];

    /// <summary>Name and kind of every instrument that a program of ours makes, as its source says.</summary>
    public static IReadOnlyList<(string Instrument, string Kind)> Made { get; } =
    [
        .. from file in SourceFiles.CSharp
           where !file.StartsWith("Tests", StringComparison.Ordinal)
           from Match made in Creation().Matches(Repository.Read(file))
           select (made.Groups["instrument"].Value, made.Groups["kind"].Value),
    ];

    /// <summary>The family that a name of a query belongs to: a histogram has three names.</summary>
    public static string FamilyOf(string name) => Documented.Any(metric => metric.Name == name) ? name : Part().Replace(name, "");

    [GeneratedRegex(@"^\| `(?<instrument>[\w.]+)` \| `(?<name>\w+)` \| (?<type>counter|gauge|histogram) \| (?<labels>[^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([\\w.]+)`")]
    private static partial Regex Label();

    [GeneratedRegex(@"\.Create(?:Observable)?(?<kind>Counter|UpDownCounter|Gauge|Histogram)(?:<\w+>)?\(\s*""(?<instrument>[^""]+)""")]
    private static partial Regex Creation();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Part();
}
