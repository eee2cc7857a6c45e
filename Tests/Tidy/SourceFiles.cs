using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Tidy;

/// <summary>Our own files, by kind.</summary>
public static class SourceFiles
{
    public static IReadOnlyList<string> All => Repository.Files;

    public static IReadOnlyList<string> CSharp { get; } = EndingIn(".cs");

    // What benchmarks run is no part of any schema.
    public static IReadOnlyList<string> Sql { get; } = [.. EndingIn(".sql").Where(file => !file.StartsWith("Cli/Bench/", StringComparison.Ordinal))];

    public static IReadOnlyList<string> Projects { get; } = EndingIn(".csproj");

    /// <summary>Files without a zero byte.</summary>
    public static IReadOnlyList<string> Texts { get; } = [.. All.Where(file => !Bytes(file).AsSpan().Contains((byte)0))];

    public static string Read(string file) => Repository.Read(file);

    public static byte[] Bytes(string file) => File.ReadAllBytes(Repository.PathOf(file));

    public static IReadOnlyList<string> EndingIn(string ending) =>
        [.. All.Where(file => file.EndsWith(ending, StringComparison.Ordinal))];
}
