using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace OrleansOrders.Tests.Tidy;

/// <summary>docker-compose.yml says nothing that the programs do not know. Whether an engine takes it, only an engine can tell.</summary>
public sealed partial class ComposeTests
{
    private static readonly string Compose = SourceFiles.Read("docker-compose.yml");

    private static readonly Dictionary<string, string> Programs = new()
    {
        ["orleansorders/silo"] = "Silo/Silo.csproj",
        ["orleansorders/gateway"] = "Api/Api.csproj",
        ["orleansorders/orders"] = "Cli/Cli.csproj",
    };

    [Fact]
    public void Every_variable_is_one_that_a_program_reads()
    {
        var read = SourceFiles.CSharp.Where(file => !file.StartsWith("Tests", StringComparison.Ordinal))
            .SelectMany(file => Quoted().Matches(SourceFiles.Read(file)).Select(match => match.Groups[1].Value)).ToHashSet(StringComparer.Ordinal);
        var set = Variable().Matches(Compose).Select(match => match.Groups[1].Value).Distinct().ToList();
        Assert.Contains("ORDERS_POSTGRES", set);
        Assert.DoesNotContain(set, name => !read.Contains(name));
    }

    [Fact]
    public void Every_image_of_ours_is_one_that_a_project_makes_as_another_user_than_root()
    {
        var version = (string)XDocument.Parse(SourceFiles.Read("Directory.Build.props")).Descendants("Version").Single();
        var images = Image().Matches(Compose).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(Programs.Keys.Order(), images.Select(image => image.Split(':')[0]).Distinct().Order());
        Assert.All(images, image => Assert.Equal(version, image.Split(':')[1]));
        foreach (var (repository, project) in Programs)
        {
            var properties = XDocument.Parse(SourceFiles.Read(project));
            Assert.Equal(repository, (string)properties.Descendants("ContainerRepository").Single());
            Assert.Equal("app", (string)properties.Descendants("ContainerUser").Single());
        }
    }

    [Fact]
    public void Every_program_that_is_asked_for_its_health_is_one_of_ours()
    {
        var asked = Program().Matches(Compose).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(2, asked.Count);
        Assert.All(asked, name => Assert.Contains(
            Programs.Values, project => SourceFiles.Read(project).Contains($"<AssemblyName>{name}</AssemblyName>", StringComparison.Ordinal)));
    }

    [Fact]
    public void It_is_indented_with_spaces_and_every_anchor_that_is_used_is_there()
    {
        Assert.DoesNotContain('\t', Compose);
        var anchors = Anchor().Matches(Compose).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        Assert.All(Alias().Matches(Compose).Select(match => match.Groups[1].Value), alias => Assert.Contains(alias, anchors));
    }

    [GeneratedRegex("\"(ORDERS_[A-Z_]+)\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^\s+(ORDERS_[A-Z_]+):", RegexOptions.Multiline)]
    private static partial Regex Variable();

    [GeneratedRegex(@"^\s+image: (orleansorders/\S+)", RegexOptions.Multiline)]
    private static partial Regex Image();

    [GeneratedRegex(@"/app/([\w-]+)\.dll")]
    private static partial Regex Program();

    [GeneratedRegex(@": &(\w+)")]
    private static partial Regex Anchor();

    [GeneratedRegex(@": \*(\w+)")]
    private static partial Regex Alias();
}
