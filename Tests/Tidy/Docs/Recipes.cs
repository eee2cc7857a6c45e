using System.Text.RegularExpressions;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Tidy.Docs;

/// <summary>
/// The recipes' blocks as changes of files. The last name in bold above a block says of which file; a block of the language
/// diff changes it, any other is the whole of a new one.
/// </summary>
internal sealed partial class Recipes
{
    private readonly Dictionary<string, List<string>> files = [];
    private readonly List<string> misfits = [];

    /// <summary>As the map lists them: later ones may build on earlier ones.</summary>
    public static IReadOnlyList<string> Pages { get; } =
        [.. Listed().Matches(Repository.Read("docs/recipes/README.md")).Select(match => match.Groups[1].Value)];

    /// <summary>Every file that the recipes change or add, and what it comes to hold.</summary>
    public IReadOnlyDictionary<string, List<string>> Files => files;

    /// <summary>What could not be done, and why.</summary>
    public IReadOnlyList<string> Misfits => misfits;

    public static Recipes FollowAll()
    {
        var recipes = new Recipes();
        foreach (var page in Pages)
            recipes.Follow(page, Repository.Read($"docs/recipes/{page}"));
        return recipes;
    }

    public void Follow(string page, string text)
    {
        string? file = null;
        var lines = new Queue<string>(text.Split('\n'));
        while (lines.TryDequeue(out var line))
        {
            if (FileName().Matches(line) is { Count: > 0 } named)
                file = named[^1].Groups[1].Value;
            if (!line.StartsWith("```", StringComparison.Ordinal))
                continue;
            var block = new List<string>();
            while (lines.Dequeue() is var inside && inside != "```")
                block.Add(inside);
            var misfit = file is null ? "a block without a file" : line == "```diff" ? Change(file, block) : Add(file, block);
            if (misfit is not null)
                misfits.Add($"{page}: {file}: {misfit}");
        }
    }

    private string? Add(string file, List<string> block)
    {
        if (Current(file) is not null)
            return "is there already";
        files[file] = [.. block, ""];
        return null;
    }

    private string? Change(string file, List<string> block)
    {
        if (Current(file) is not { } lines)
            return "is not there";
        var before = Side(block, '+');
        var places = Enumerable.Range(0, Math.Max(0, lines.Count - before.Count + 1))
            .Where(start => lines.Skip(start).Take(before.Count).SequenceEqual(before)).ToList();
        if (places.Count != 1)
            return $"what is to be changed stands there {places.Count} times: {before[0].Trim()}";
        files[file] = [.. lines.Take(places[0]), .. Side(block, '-'), .. lines.Skip(places[0] + before.Count)];
        return null;
    }

    private static List<string> Side(List<string> block, char other) =>
        [.. block.Where(line => line.Length == 0 || line[0] != other).Select(line => line.Length == 0 ? "" : line[1..])];

    private List<string>? Current(string file) => files.TryGetValue(file, out var changed) ? changed
        : File.Exists(Repository.PathOf(file)) ? [.. Repository.Read(file).Split('\n')]
        : null;

    [GeneratedRegex(@"\*\*`([^`]+)`\*\*")]
    private static partial Regex FileName();

    [GeneratedRegex(@"^\| \[[^\]]+\]\(([\w-]+\.md)\) \|", RegexOptions.Multiline)]
    private static partial Regex Listed();
}
