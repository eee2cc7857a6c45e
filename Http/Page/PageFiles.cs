using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace OrleansOrders.Http;

/// <summary>
/// The operations page: files that lie in this assembly. They are addressed below a folder that is named after their content, so
/// that a browser may keep them for good, and a new program's page is new as a whole.
/// </summary>
internal sealed class PageFiles
{
    public const string Folder = "/page";

    private const string Prefix = "page/";
    private const string Index = "index.html";

    // Drawn on the first page only after the rest.
    private const string CurveLibrary = "vendor/uPlot.js";

    private static readonly Lazy<PageFiles> Embedded = new(() => new PageFiles(ReadEmbedded()));

    private readonly FrozenDictionary<string, PageFile> files;

    private PageFiles(SortedDictionary<string, byte[]> contents)
    {
        // Short enough that its digits are never taken for a card's number.
        Version = Convert.ToHexStringLower(HashOf(contents).AsSpan(0, 6));
        contents[Index] = Encoding.UTF8.GetBytes(Complete(Encoding.UTF8.GetString(contents[Index]), contents.Keys));
        files = contents.Select(content => PageFile.From(content.Key, content.Value)).ToFrozenDictionary(file => file.Path, StringComparer.Ordinal);
    }

    public static PageFiles Instance => Embedded.Value;

    /// <summary>The name of the folder; another one whenever a file changes.</summary>
    public string Version { get; }

    public PageFile Start => files[Index];

    public IEnumerable<PageFile> All => files.Values;

    public PageFile? Find(string path) => files.GetValueOrDefault(path);

    private static byte[] HashOf(SortedDictionary<string, byte[]> contents)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (path, bytes) in contents)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(path));
            hash.AppendData(SHA256.HashData(bytes));
        }
        return hash.GetHashAndReset();
    }

    // All modules are named in the document: a browser that finds them one by one asks in as many rounds as they lie deep.
    private string Complete(string document, IEnumerable<string> paths)
    {
        var root = $"{Folder}/{Version}";
        var modules = paths.Where(path => path.EndsWith(".js", StringComparison.Ordinal) && path != CurveLibrary);
        return document
            .Replace("{preload}", string.Join('\n', modules.Select(path => $"<link rel=\"modulepreload\" href=\"{root}/{path}\">")), StringComparison.Ordinal)
            .Replace("{base}", root, StringComparison.Ordinal);
    }

    private static SortedDictionary<string, byte[]> ReadEmbedded()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var contents = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var resource = assembly.GetManifestResourceStream(name)!;
            var bytes = new byte[resource.Length];
            resource.ReadExactly(bytes);
            var path = name[Prefix.Length..].Replace('\\', '/');
            contents.Add(path, IsOthers(path) ? bytes : Encoding.UTF8.GetBytes(Tighten(path, Encoding.UTF8.GetString(bytes))));
        }
        return contents;
    }

    // What others published stays as it is.
    private static bool IsOthers(string path) => path.StartsWith("vendor/", StringComparison.Ordinal);

    /// <summary>Leaves out what only those need who read the source: indentation, lines that are comments, room in style sheets.</summary>
    private static string Tighten(string path, string source)
    {
        var lines = source.Split('\n').Select(line => line.TrimStart(' ')).Where(line => line.Length > 0);
        return Path.GetExtension(path) switch
        {
            ".js" => string.Join('\n', lines.Where(line => !line.StartsWith("//", StringComparison.Ordinal))) + "\n",
            ".css" => string.Concat(lines).Replace(" { ", "{", StringComparison.Ordinal).Replace(" {", "{", StringComparison.Ordinal)
                .Replace("; }", "}", StringComparison.Ordinal).Replace(" }", "}", StringComparison.Ordinal)
                .Replace("; ", ";", StringComparison.Ordinal).Replace(": ", ":", StringComparison.Ordinal).Replace(", ", ",", StringComparison.Ordinal),
            _ => source,
        };
    }
}
