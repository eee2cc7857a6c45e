using System.Text.RegularExpressions;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Tidy.Docs;

/// <summary>The pages, and what stands in them.</summary>
internal static partial class Pages
{
    public static IReadOnlyList<string> All { get; } = [.. Repository.Files.Where(file => file.EndsWith(".md", StringComparison.Ordinal))];

    /// <summary>Every link to a place in the repository, as it stands there.</summary>
    public static IEnumerable<string> LinksOf(string page) => Link().Matches(WithoutCode(page)).Select(match => match.Groups[1].Value)
        .Where(link => !link.StartsWith("http", StringComparison.Ordinal));

    /// <summary>The file that a link of the page leads to, and the place in it or an empty text.</summary>
    public static (string File, string Place) Resolve(string page, string link)
    {
        var parts = link.Split('#', 2);
        var file = parts[0].Length == 0 ? page : Path.GetRelativePath(".", Path.Combine(Path.GetDirectoryName(page)!, parts[0]));
        return (file.Replace('\\', '/'), parts.Length > 1 ? parts[1] : "");
    }

    /// <summary>The headings as links name them.</summary>
    public static IReadOnlySet<string> PlacesOf(string page) => Heading().Matches(Fence().Replace(Repository.Read(page), ""))
        .Select(match => Inline().Replace(match.Groups[1].Value, "$1").Trim().ToLowerInvariant())
        .Select(heading => NotInPlaces().Replace(heading, "").Replace(' ', '-')).ToHashSet(StringComparer.Ordinal);

    /// <summary>What stands between backticks, and the lines of blocks.</summary>
    public static IEnumerable<string> CodeOf(string page)
    {
        var text = Repository.Read(page);
        return Fence().Matches(text).SelectMany(block => block.Value.Split('\n')[1..^1])
            .Concat(text.Split('\n').Where(line => line.StartsWith("    ", StringComparison.Ordinal)).Select(line => line.Trim()))
            .Concat(Span().Matches(Fence().Replace(text, "")).Select(span => span.Groups[1].Value));
    }

    private static string WithoutCode(string page) => Span().Replace(Fence().Replace(Repository.Read(page), ""), "");

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Span();

    [GeneratedRegex("^#+ (.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex Inline();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInPlaces();
}
