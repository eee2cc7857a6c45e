using System.Text.RegularExpressions;
using System.Xml.Linq;
using OrleansOrders.Hosting;
using OrleansOrders.Hosting.Roles;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Tidy.Deployment;

/// <summary>A program's image, and which variables its sources, and those of what it references, read.</summary>
internal sealed partial class ProgramSettings
{
    private static readonly string[] Roles = [RoleNames.Writer, RoleNames.Projector, RoleNames.Publisher, RoleNames.Reader];

    private ProgramSettings(string project)
    {
        Project = XDocument.Parse(Repository.Read(project));
        var folders = Referenced(project).Select(one => one.Split('/')[0] + "/").ToList();
        var sources = SourceFiles.CSharp.Where(file => folders.Exists(folder => file.StartsWith(folder, StringComparison.Ordinal)))
            .Select(Repository.Read).ToList();
        var secrets = sources.SelectMany(SecretsOf).ToHashSet(StringComparer.Ordinal);
        Variables = sources.SelectMany(source => Quoted().Matches(source)).Select(match => match.Groups[1].Value)
            .Concat(secrets).Concat(secrets.Select(name => name + Secret.FileEnding)).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>By the repository of its image.</summary>
    public static IReadOnlyDictionary<string, ProgramSettings> ByImage { get; } = new Dictionary<string, ProgramSettings>
    {
        ["orleansorders/silo"] = new("Silo/Silo.csproj"),
        ["orleansorders/gateway"] = new("Api/Api.csproj"),
        ["orleansorders/orders"] = new("Cli/Cli.csproj"),
    };

    public static string Version { get; } = (string)XDocument.Parse(Repository.Read("Directory.Build.props")).Descendants("Version").Single();

    public XDocument Project { get; }

    public IReadOnlySet<string> Variables { get; }

    public IReadOnlySet<int> Ports => Project.Descendants("ContainerPort").Select(port => (int)port.Attribute("Include")!).ToHashSet();

    private static IEnumerable<string> Referenced(string project) =>
    [
        project,
        .. XDocument.Parse(Repository.Read(project)).Descendants("ProjectReference")
            .SelectMany(reference => Referenced(((string)reference.Attribute("Include")!)[3..])),
    ];

    // Secret.Read("NAME"), Secret.Read(Name) with const string Name = "NAME" in the same file, Secret.Read(VariableOf(role)).
    private static IEnumerable<string> SecretsOf(string source)
    {
        foreach (Match read in SecretRead().Matches(source))
        {
            var asked = read.Groups[1].Value;
            if (asked[0] == '"')
                yield return asked.Trim('"');
            else if (asked.StartsWith("VariableOf", StringComparison.Ordinal))
                foreach (var role in Roles)
                    yield return DatabaseLogins.VariableOf(role);
            else if (Regex.Match(source, $"const string {asked} = \"([A-Z_]+)\"") is { Success: true } named)
                yield return named.Groups[1].Value;
        }
    }

    [GeneratedRegex("\"(ORDERS_[A-Z_]+)\"")]
    private static partial Regex Quoted();

    [GeneratedRegex("""Secret\.Read\(("[A-Z_]+"|\w+)""")]
    private static partial Regex SecretRead();
}
