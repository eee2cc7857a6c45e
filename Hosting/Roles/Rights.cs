namespace OrleansOrders.Hosting.Roles;

/// <summary>One thing that one role may do.</summary>
/// <param name="Privilege"><c>select</c>, <c>update</c> and so on; <c>owner</c> for the owner.</param>
/// <param name="Column">The only column that it holds for; empty for all.</param>
public sealed record Right(string Object, string Role, string Privilege, string Column);

/// <summary>Who may do what, as <c>rights.txt</c> says it.</summary>
public static class Rights
{
    public const string Owner = "owner";

    private const string Prefix = "orders_";

    /// <summary>Of all roles but the backup's, which may read everything that is named here.</summary>
    public static IReadOnlyList<Right> All { get; } = [.. Read().SelectMany(Parse)];

    /// <summary>The tables, views, sequences and functions that are spoken of.</summary>
    public static IReadOnlySet<string> Objects { get; } = All.Select(right => right.Object).ToHashSet(StringComparer.Ordinal);

    private static IEnumerable<string> Read()
    {
        using var stream = typeof(Rights).Assembly.GetManifestResourceStream("OrleansOrders.Hosting.Roles.rights.txt")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('#'));
    }

    // events: writer select insert; projector select
    private static IEnumerable<Right> Parse(string line)
    {
        var (name, rest) = Split(line, ':');
        foreach (var part in rest.Split(';', StringSplitOptions.TrimEntries))
        {
            var words = part.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            foreach (var right in words[1..].SelectMany(word => Parse(name, Prefix + words[0], word)))
                yield return right;
        }
    }

    // update(version,position)
    private static IEnumerable<Right> Parse(string name, string role, string word)
    {
        if (!word.EndsWith(')'))
            return [new Right(name, role, word, "")];
        var (privilege, columns) = Split(word[..^1], '(');
        return columns.Split(',').Select(column => new Right(name, role, privilege, column));
    }

    private static (string Before, string After) Split(string text, char separator)
    {
        var at = text.IndexOf(separator, StringComparison.Ordinal);
        return at > 0 ? (text[..at], text[(at + 1)..]) : throw new FormatException($"rights.txt cannot be understood: {text}");
    }
}
