using System.Xml.Linq;
using OrleansOrders.Tests.Faults;

namespace OrleansOrders.Tests.Docs;

/// <summary>The repository as a `dotnet new` template: packed, installed apart, made under another name, built and tested.</summary>
[Collection(FaultsOneByOne.Name)]
public sealed class TemplateTests
{
    [Fact, Trait("tier", "faults")]
    public async Task A_project_of_another_name_builds_and_passes_its_tests()
    {
        using var copy = new RepositoryCopy();
        copy.TakeSources();
        var (hive, made) = (copy.Below("hive"), copy.Below("shop"));
        await copy.Run(copy.Root, "pack", "Template", "-c", "Release", "-o", copy.Below("out"), "--nologo", "-v", "quiet", "-p:UseSharedCompilation=false");
        var package = Assert.Single(Directory.GetFiles(copy.Below("out"), "*.nupkg"));
        await copy.Run(copy.Root, "new", "install", package, "--debug:custom-hive", hive);
        await copy.Run(copy.Root, "new", "orleansorders", "-n", "Acme.Shop", "-o", made, "--debug:custom-hive", hive);

        var files = Directory.GetFiles(made, "*", SearchOption.AllDirectories);
        Assert.Contains(Path.Combine(made, "Acme.Shop.sln"), files);
        Assert.Contains(Path.Combine(made, ".gitignore"), files);
        Assert.DoesNotContain(files, file => file.Contains("OrleansOrders", StringComparison.OrdinalIgnoreCase));
        Assert.All(files, file => Assert.DoesNotContain("OrleansOrders", File.ReadAllText(file), StringComparison.OrdinalIgnoreCase));
        Assert.True(File.GetUnixFileMode(Path.Combine(made, "run")).HasFlag(UnixFileMode.UserExecute));
        Assert.Equal("acmeshop/silo", (string)XDocument.Load(Path.Combine(made, "Silo/Silo.csproj")).Descendants("ContainerRepository").Single());

        await copy.Run(made, "build", "Tests", "-c", "Release", "--nologo", "-v", "quiet", "-p:UseSharedCompilation=false");
        var said = await copy.Run(made, "test", "Tests", "-c", "Release", "--no-build", "--nologo", "--filter",
            "FullyQualifiedName~Acme.Shop.Tests.Domain|FullyQualifiedName~Tidy|FullyQualifiedName~ServeTests");
        Assert.Contains("Passed!", said, StringComparison.Ordinal);
    }
}
