using System.Text.Json;
using OrleansOrders.Cli;
using OrleansOrders.Hosting;

namespace OrleansOrders.Tests.Cli.Import;

/// <summary>Runs the command as a shell would, and gives its report.</summary>
internal static class ImportRunner
{
    public static async Task<JsonElement> Run(string path, string url, int exitCode = ExitCodes.Ok, params string[] more)
    {
        using var output = new StringWriter();
        using var error = TextWriter.Synchronized(new StringWriter());
        var code = await CommandLineProgram.Run(["import", path, "--url", url, "--json", .. more], output, error);
        Assert.True(code == exitCode, $"exit code {code}: {error}{output}");
        return JsonSerializer.Deserialize<JsonElement>(output.ToString());
    }
}
