using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace OrleansOrders.Tests.Tidy;

/// <summary>The analyzer bans clocks, chance and sleeping; these tests see to it that it is asked, everywhere, about things that exist.</summary>
public sealed partial class BannedSymbolTests
{
    public static TheoryData<string> Lists => [.. SourceFiles.All.Where(file => Path.GetFileName(file).StartsWith("BannedSymbols", StringComparison.Ordinal))];

    [Fact]
    public void Every_project_gets_the_analyzer_the_common_list_and_its_own()
    {
        var props = XDocument.Parse(SourceFiles.Read("Directory.Build.props"));
        Assert.Contains("Microsoft.CodeAnalysis.BannedApiAnalyzers", Values(props, "PackageReference"));
        Assert.Contains("$(MSBuildThisFileDirectory)BannedSymbols.txt", Values(props, "AdditionalFiles"));
        Assert.Contains("$(MSBuildProjectDirectory)/BannedSymbols.*.txt", Values(props, "AdditionalFiles"));
        Assert.Equal("true", props.Descendants("TreatWarningsAsErrors").Single().Value);
        Assert.Contains("Domain/BannedSymbols.Domain.txt", SourceFiles.All);
        Assert.Contains("BannedSymbols.txt", SourceFiles.All);
    }

    [Fact]
    public void Nobody_steps_aside()
    {
        Assert.Equal(["Directory.Build.props"], SourceFiles.All.Where(file => file.EndsWith("Directory.Build.props", StringComparison.Ordinal)));
        Assert.Equal([".editorconfig"], SourceFiles.All.Where(file => file.EndsWith(".editorconfig", StringComparison.Ordinal)));
        var settings = SourceFiles.Projects.Append(".editorconfig").Append("Directory.Build.props");
        Assert.All(settings, file => Assert.DoesNotMatch(SteppingAside(), SourceFiles.Read(file)));
        Assert.All(SourceFiles.CSharp, file => Assert.DoesNotMatch(PragmaOrSuppression(), CSharpText.CodeOf(SourceFiles.Read(file))));
    }

    [Theory, MemberData(nameof(Lists))]
    public void A_banned_symbol_exists_and_says_what_to_do_instead(string list)
    {
        foreach (var line in SourceFiles.Read(list).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split(';');
            Assert.Equal(2, parts.Length);
            Assert.True(Exists(parts[0]), $"{parts[0]} bans nothing: there is no such symbol.");
            Assert.Matches("^[A-Z].+[^.]$", parts[1]);
        }
    }

    private static IEnumerable<string?> Values(XDocument props, string element) =>
        props.Descendants(element).Select(item => (string?)item.Attribute("Include"));

    private static bool Exists(string symbol)
    {
        var match = Symbol().Match(symbol);
        var type = AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetType(match.Groups["type"].Value)).FirstOrDefault(found => found is not null);
        var name = match.Groups["name"].Value;
        const BindingFlags Any = BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance;
        return match.Groups["kind"].Value switch
        {
            "P" => type?.GetProperty(name, Any) is not null,
            "M" => type?.GetMember(name == "#ctor" ? ".ctor" : name, Any).OfType<MethodBase>()
                .Any(method => Parameters(method) == match.Groups["parameters"].Value) ?? false,
            _ => type is not null,
        };
    }

    private static string Parameters(MethodBase method) =>
        string.Join(',', method.GetParameters().Select(parameter => parameter.ParameterType.FullName));

    [GeneratedRegex(@"^(?<kind>[PM]):(?<type>[\w.]+?)\.(?<name>#?\w+)(\((?<parameters>[\w.,]*)\))?$|^(?<kind>T):(?<type>[\w.]+)$")]
    private static partial Regex Symbol();

    [GeneratedRegex(@"RS0030|ImportDirectoryBuildProps|RunAnalyzers|TreatWarningsAsErrors>\s*false", RegexOptions.IgnoreCase)]
    private static partial Regex SteppingAside();

    [GeneratedRegex(@"#pragma\s+warning\s+disable|SuppressMessage|#nullable\s+disable")]
    private static partial Regex PragmaOrSuppression();
}
