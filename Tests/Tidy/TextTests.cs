using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace OrleansOrders.Tests.Tidy;

/// <summary>What a file may not hold, and what every file has.</summary>
public sealed partial class TextTests
{
    // Where machines keep things, put together here so that this file does not hold them itself.
    private static readonly string[] MachinePlaces = ["/" + "work/", "/tmp" + "/wt", "/" + "root/", "C:" + "\\Users"];

    private static readonly string[] ClusterProjects = [
        "Kafka", "Tests.Kafka", "Benchmarks.Kafka", "Grains.Interfaces", "Grains", "Silo", "Api", "Sample", "Tests.Cluster", "Benchmarks.Cluster",
    ];

    [Fact]
    public void Every_text_ends_with_one_newline_and_has_no_carriage_return()
    {
        var offenders =
            from file in SourceFiles.Texts
            where !file.StartsWith("Http/Page/vendor/", StringComparison.Ordinal) // as others published it
            let text = SourceFiles.Read(file)
            where text.Length > 0 && (text[^1] != '\n' || text.EndsWith("\n\n", StringComparison.Ordinal) || text.Contains('\r'))
            select file;
        Assert.Empty(offenders);
    }

    [Fact]
    public void No_line_ends_in_spaces_and_no_code_has_tabs()
    {
        var offenders =
            from file in SourceFiles.CSharp.Concat(SourceFiles.Sql).Concat(SourceFiles.Projects)
            where SpacesAtEnd().IsMatch(SourceFiles.Read(file)) || SourceFiles.Read(file).Contains('\t')
            select file;
        Assert.Empty(offenders);
    }

    [Fact]
    public void No_file_names_a_place_of_one_machine()
    {
        var offenders =
            from file in SourceFiles.Texts
            from place in MachinePlaces
            where SourceFiles.Read(file).Contains(place, StringComparison.Ordinal)
            select $"{file}: {place}";
        Assert.Empty(offenders);
    }

    [Fact]
    public void No_file_names_a_package_registry()
    {
        var offenders =
            from file in SourceFiles.Texts
            from match in RegistryHost().Matches(SourceFiles.Read(file))
            select $"{file}: {match.Value}";
        Assert.Empty(offenders);
        Assert.DoesNotContain(SourceFiles.All, file => RegistrySettings().IsMatch(file));
    }

    [Theory]
    [InlineData("registry.example.com/npm", true)]
    [InlineData("10.0.0.1:8081/nexus/x", true)]
    [InlineData("api.nuget.org/v3", true)]
    [InlineData("www.rfc-editor.org/rfc/rfc9457", false)]
    [InlineData("localhost:8080/v1/orders", false)]
    public void A_registry_is_known_by_its_address(string address, bool isRegistry) =>
        Assert.Equal(isRegistry, RegistryHost().IsMatch("https:/" + "/" + address));

    [Fact]
    public void The_standalone_filter_lists_every_project_that_needs_no_orleans()
    {
        using var filter = JsonDocument.Parse(SourceFiles.Read("Standalone.slnf"));
        var listed = filter.RootElement.GetProperty("solution").GetProperty("projects").EnumerateArray()
            .Select(project => project.GetString()!.Replace('\\', '/'));
        var standalone = SourceFiles.Projects.Where(project => !ClusterProjects.Contains(project.Split('/')[0]));
        Assert.Equal(standalone.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_filter_for_kafka_lists_those_and_kafkas_own()
    {
        using var filter = JsonDocument.Parse(SourceFiles.Read("Kafka.slnf"));
        var listed = filter.RootElement.GetProperty("solution").GetProperty("projects").EnumerateArray().Select(project => project.GetString()!);
        var without = SourceFiles.Projects.Where(project => !ClusterProjects.Contains(project.Split('/')[0]) || project.Contains("Kafka", StringComparison.Ordinal));
        Assert.Equal(without.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_solution_has_every_project()
    {
        var solution = SourceFiles.Read("OrleansOrders.sln").Replace('\\', '/');
        Assert.All(SourceFiles.Projects, project => Assert.Contains($"\"{project}\"", solution, StringComparison.Ordinal));
    }

    [Fact]
    public void Package_versions_are_exact()
    {
        var versions = XDocument.Parse(SourceFiles.Read("Directory.Packages.props")).Descendants("PackageVersion")
            .Select(package => (string)package.Attribute("Version")!);
        Assert.All(versions, version => Assert.Matches(@"^\d+\.\d+\.\d+(-[\w.]+)?$", version));
    }

    [GeneratedRegex(@"[ \t]+$", RegexOptions.Multiline)]
    private static partial Regex SpacesAtEnd();

    [GeneratedRegex(@"https?://[^\s/""'<>)]*(registry|nuget|npmjs|artifactory|nexus|jfrog|pypi)[^\s""'<>)]*|https?://[^\s""'<>)]+/(nexus|artifactory)/", RegexOptions.IgnoreCase)]
    private static partial Regex RegistryHost();

    [GeneratedRegex(@"(^|/)(nuget\.config|\.npmrc|package-lock\.json|packages\.lock\.json)$", RegexOptions.IgnoreCase)]
    private static partial Regex RegistrySettings();
}
