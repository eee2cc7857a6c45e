using System.IO.Compression;
using System.Reflection;
using System.Xml.Linq;
using OrleansOrders.Tests.Cli;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cluster.Calls;

/// <summary>What another .NET team starts with: the sample, and the package that it would reference.</summary>
public sealed class SampleClientTests(OneSilo cluster) : IClassFixture<OneSilo>
{
    // The package is made of what was built together with these tests.
    private static readonly string Configuration =
        typeof(SampleClientTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    [Fact]
    public async Task The_sample_places_an_order_and_follows_it_to_its_end()
    {
        await using var sample = OrdersProcess.StartProgram("sample-client", [$"127.0.0.1:{cluster.Silo.GatewayPort}"]);
        Assert.True(await sample.WaitForExit() == 0, string.Join('\n', sample.Error));
        Assert.Equal("Done at version 3", sample.Output[0].Trim());
        Assert.EndsWith(" is confirmed", sample.Output[1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_readme_shows_the_sample_as_it_is() =>
        Assert.Contains(Repository.Read("Sample/Program.cs").Trim(), Repository.Read("README.md"), StringComparison.Ordinal);

    [Fact]
    public async Task The_contracts_are_a_package_with_their_documentation()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(0, await OrdersProcess.Shell(
            $"dotnet pack '{Repository.PathOf("Grains.Interfaces/Grains.Interfaces.csproj")}' -c {Configuration} --no-build "
            + $"-o '{folder.Path}' -v quiet -nologo -nodeReuse:false >'{folder.Path}/log' 2>&1"));
        using var package = ZipFile.OpenRead(Directory.GetFiles(folder.Path, "OrleansOrders.Grains.Interfaces.*.nupkg").Single());
        Assert.Contains(package.Entries, entry => entry.FullName == "lib/net10.0/OrleansOrders.Grains.Interfaces.dll");
        Assert.Contains(package.Entries, entry => entry.FullName == "lib/net10.0/OrleansOrders.Grains.Interfaces.xml");
        await using var specification = package.Entries.Single(entry => entry.Name.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        var needs = XDocument.Load(specification).Descendants().Where(element => element.Name.LocalName == "dependency")
            .Select(element => (string)element.Attribute("id")!).ToList();
        Assert.Contains("OrleansOrders.Domain", needs);
        Assert.Contains("Microsoft.Orleans.Client", needs);
    }
}
