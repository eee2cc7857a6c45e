using System.Diagnostics;
using System.Globalization;
using System.Text;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Docs;

/// <summary>The repository's sources in another place, where they are changed, built and tested. It takes minutes.</summary>
internal sealed class RepositoryCopy : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private readonly TemporaryFolder _folder = new();

    public string Root => _folder.Below("copy");

    public void TakeSources()
    {
        foreach (var file in Repository.Files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
            File.Copy(Repository.PathOf(file), PathOf(file));
        }
    }

    public string PathOf(string file) => Path.Combine(Root, file);

    public string Below(string name) => _folder.Below(name);

    /// <summary>Runs the .NET command there.</summary>
    /// <returns>What it said.</returns>
    public async Task<string> Run(string folder, params string[] words)
    {
        var start = new ProcessStartInfo("dotnet", words)
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["ORDERS_TEST_SEEDS"] = "2000"; // the many are for what is in the repository
        start.Environment["ORDERS_TEST_POSTGRES"] = await TestServer.ConnectionString;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var said = new StringBuilder();
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            var both = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            said.AppendJoin('\n', both);
            await process.WaitForExitAsync(limit.Token);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
        Assert.True(process.ExitCode == 0, string.Create(CultureInfo.InvariantCulture, $"dotnet {string.Join(' ', words)} ended with {process.ExitCode}:\n{Last(said.ToString())}"));
        return said.ToString();
    }

    public void Dispose() => _folder.Dispose();

    private static string Last(string text) => text.Length <= 6_000 ? text : text[^6_000..];
}
