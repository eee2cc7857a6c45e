namespace OrleansOrders.Tests.Tidy;

/// <summary>What grows past these limits is hard to read; nobody should have to say it.</summary>
public sealed class SizeTests
{
    public const int LongestFile = 300;
    public const int LongestMethod = 70;

    private static readonly string[] Code = [".cs", ".js", ".css", ".sql", ".csproj", ".props", ".sh"];
    private static readonly string[] Scripts = ["run", "test", "orders", ".ci/run"];

    [Fact]
    public void No_file_is_longer_than_300_lines()
    {
        var ours = SourceFiles.All.Where(file => !file.StartsWith("Http/Page/vendor/", StringComparison.Ordinal));
        var files = ours.Where(file => Scripts.Contains(file) || Code.Any(ending => file.EndsWith(ending, StringComparison.Ordinal)));
        var tooLong = files.Select(file => (File: file, Lines: SourceFiles.Read(file).Count(letter => letter == '\n')))
            .Where(file => file.Lines > LongestFile);
        Assert.Empty(tooLong);
    }

    [Fact]
    public void No_method_is_longer_than_70_lines()
    {
        var tooLong =
            from file in SourceFiles.CSharp
            from member in Members.Of(SourceFiles.Read(file))
            where member.Lines > LongestMethod
            select $"{file}:{member.Line}: {member.Lines} lines: {member.Header}";
        Assert.Empty(tooLong);
    }
}
