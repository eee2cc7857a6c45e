namespace OrleansOrders.Tests.Support;

/// <summary>The source tree that the tests were built from.</summary>
public static class Repository
{
    private static readonly string[] NotSource = [".git", "bin", "obj", "TestResults", "node_modules"];
    private static readonly string[] HiddenSource = [".ci", ".github"];

    public static string Root { get; } = FindRoot(new DirectoryInfo(AppContext.BaseDirectory));

    public static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    /// <summary>Every source file, as a path relative to the root with forward slashes.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. List(new DirectoryInfo(Root)).Order(StringComparer.Ordinal)];

    public static string Read(string relativePath) => File.ReadAllText(Path.Combine(Root, relativePath));

    private static IEnumerable<string> List(DirectoryInfo directory)
    {
        foreach (var entry in directory.EnumerateFileSystemInfos())
        {
            if (NotSource.Contains(entry.Name))
                continue;
            if (entry is DirectoryInfo below)
            {
                // Tools and private databases keep their things in hidden folders.
                if (entry.Name[0] == '.' && !HiddenSource.Contains(entry.Name))
                    continue;
                foreach (var file in List(below))
                    yield return file;
            }
            else if (entry.LinkTarget is null)
            {
                yield return Path.GetRelativePath(Root, entry.FullName).Replace('\\', '/');
            }
        }
    }

    private static string FindRoot(DirectoryInfo? directory)
    {
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Standalone.slnf")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException("The tests do not lie below their source tree.");
    }
}
