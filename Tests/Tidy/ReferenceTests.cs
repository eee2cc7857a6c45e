using System.Text.RegularExpressions;
using System.Xml.Linq;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Hosting;

namespace OrleansOrders.Tests.Tidy;

/// <summary>References point inward: the rules know nobody, and whoever speaks HTTP knows only the rules.</summary>
public sealed partial class ReferenceTests
{
    private static readonly Dictionary<string, string> Allowed = new()
    {
        ["Domain"] = "",
        ["EventStore"] = "",
        ["Engine"] = "Domain EventStore",
        ["ReadModels"] = "Domain EventStore",
        ["Http"] = "Domain",
        ["Hosting"] = "Domain Engine EventStore Http ReadModels",
        ["Cli"] = "Domain Engine EventStore Hosting Http ReadModels",
        ["Tests"] = "Cli Domain Engine EventStore Hosting Http ReadModels",
        ["Kafka"] = "Domain Engine EventStore",
        ["Tests.Kafka"] = "Domain Engine EventStore Hosting Kafka Tests",
        ["Benchmarks.Kafka"] = "Cli Domain EventStore Hosting Kafka",
        ["Grains.Interfaces"] = "Domain",
        ["Grains"] = "Domain Engine EventStore Grains.Interfaces Kafka ReadModels",
        ["Silo"] = "Domain Engine EventStore Grains Grains.Interfaces Hosting Http Kafka ReadModels",
        ["Api"] = "Domain Engine EventStore Grains.Interfaces Hosting Http ReadModels",
        ["Tests.Cluster"] = "Api Domain Engine EventStore Grains Grains.Interfaces Hosting Http Kafka ReadModels Sample Silo Tests Tests.Kafka",
        ["Sample"] = "Grains.Interfaces",
        ["Template"] = "",
        ["Benchmarks"] = "Domain Engine EventStore",
        ["Benchmarks.Cluster"] = "Api Cli Domain Engine EventStore Grains Grains.Interfaces Hosting Kafka ReadModels Silo",
    };

    public static TheoryData<string> Projects => [.. SourceFiles.Projects];

    [Theory, MemberData(nameof(Projects))]
    public void A_project_references_exactly_what_the_layout_allows(string project)
    {
        var name = Path.GetFileNameWithoutExtension(project);
        Assert.True(Allowed.ContainsKey(name), $"{name} is not part of the layout; say here what it may reference.");
        Assert.Equal($"{name}/{name}.csproj", project);
        Assert.Equal(Allowed[name], string.Join(' ', Items(project, "ProjectReference").Select(NameOf).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void The_rules_need_no_package() => Assert.Empty(Items("Domain/Domain.csproj", "PackageReference"));

    [Fact]
    public void The_rules_need_nothing_but_the_platform() => Assert.All(
        typeof(Order).Assembly.GetReferencedAssemblies(), assembly => Assert.StartsWith("System.", assembly.Name, StringComparison.Ordinal));

    [Fact]
    public void Every_project_takes_its_package_versions_from_the_one_place_for_them()
    {
        foreach (var project in SourceFiles.Projects)
        {
            Assert.DoesNotContain("Version", XDocument.Parse(SourceFiles.Read(project)).Descendants("PackageReference")
                .SelectMany(package => package.Attributes()).Select(attribute => attribute.Name.LocalName));
        }
    }

    [Fact]
    public void Http_reaches_the_engine_and_the_read_side_through_ports_only()
    {
        var offenders =
            from file in SourceFiles.CSharp
            where file.StartsWith("Http/", StringComparison.Ordinal)
            where BehindThePorts().IsMatch(CSharpText.CodeOf(SourceFiles.Read(file)))
            select file;
        Assert.Empty(offenders);
        Assert.Contains("OrleansOrders.Domain.Ports", typeof(IAggregates).FullName, StringComparison.Ordinal);
    }

    [Fact]
    public void The_rules_read_no_clock_and_no_chance_and_wait_for_nobody()
    {
        var offenders =
            from file in SourceFiles.CSharp
            where file.StartsWith("Domain/", StringComparison.Ordinal) && !file.StartsWith("Domain/Ports/", StringComparison.Ordinal)
            where ClockOrChance().IsMatch(CSharpText.CodeOf(SourceFiles.Read(file)))
            select file;
        Assert.Empty(offenders);
    }

    [Fact]
    public void Namespaces_follow_the_folders_that_hold_projects()
    {
        var offenders =
            from file in SourceFiles.CSharp
            let space = Namespace().Match(CSharpText.CodeOf(SourceFiles.Read(file)))
            where space.Success
            where !$"{space.Groups[1].Value}.".StartsWith($"OrleansOrders.{file.Split('/')[0]}.", StringComparison.Ordinal)
            select $"{file}: {space.Groups[1].Value}";
        Assert.Empty(offenders);
    }

    private static IEnumerable<string> Items(string project, string element) => XDocument.Parse(SourceFiles.Read(project))
        .Descendants(element).Select(item => (string)item.Attribute("Include")!);

    private static string NameOf(string path) => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'));

    [GeneratedRegex(@"\b(OrleansOrders\s*\.\s*(Engine|EventStore|ReadModels|Hosting|Kafka|Grains|Silo|Api|Cli)|Npgsql)\b")]
    private static partial Regex BehindThePorts();

    [GeneratedRegex(@"\b(TimeProvider|Stopwatch|UtcNow|NewGuid|Random|Task|Thread|async|await)\b")]
    private static partial Regex ClockOrChance();

    [GeneratedRegex(@"^namespace\s+([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
