using System.Reflection;
using System.Text.RegularExpressions;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Faults;

/// <summary>The page that lists every fault with what came of it.</summary>
internal static partial class FaultPage
{
    private const string Path = "docs/faults.md";

    /// <summary>Each fault of the assembly has one line, which says that it held or why it was not run; no line is of none.</summary>
    public static void AssertLists(Assembly assembly)
    {
        var edition = FaultReport.EditionOf(assembly);
        var lines = Line().Matches(Repository.Read(Path)).Where(line => line.Groups["edition"].Value == edition)
            .Select(line => line.Groups["fault"].Value).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(FaultAttribute.In(assembly).Select(fault => fault.Name).Order(StringComparer.Ordinal), lines);
    }

    [GeneratedRegex(@"^\| (?<fault>[^|]+?) \| (?<edition>\w+) \| (held|not run: [^|]+?) \|", RegexOptions.Multiline)]
    private static partial Regex Line();
}
