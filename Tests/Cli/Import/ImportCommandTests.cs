using OrleansOrders.Cli;
using OrleansOrders.Hosting;

namespace OrleansOrders.Tests.Cli.Import;

/// <summary>What a person sees of an import that cannot begin.</summary>
public sealed class ImportCommandTests
{
    [Fact]
    public async Task A_malformed_file_is_one_line_and_exit_code_2_before_any_server_is_asked()
    {
        var path = ImportFiles.WriteText(ImportFiles.Header + "\n" + ImportFiles.Record() + "\n536365,85123A,\"WHITE");
        try
        {
            var (exitCode, error) = await Run("import", path, "--url", "http://127.0.0.1:1");

            Assert.Equal(ExitCodes.BadInput, exitCode);
            Assert.StartsWith($"orders: {path}, line 3: a quote is not closed", error, StringComparison.Ordinal);
            Assert.EndsWith("Nothing was imported.\n", error, StringComparison.Ordinal);
            Assert.Equal(1, error.Count(character => character == '\n'));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("there is no such file", "import", "none.csv")]
    [InlineData("--concurrency is a number", "import", "none.csv", "--concurrency", "0")]
    [InlineData("is not an address", "import", "none.csv", "--url", "ftp://x")]
    [InlineData("Required argument 'csv' missing", "import")]
    public async Task Wrong_usage_is_one_line_and_exit_code_2(string message, params string[] arguments)
    {
        var (exitCode, error) = await Run(arguments);

        Assert.Equal(ExitCodes.BadInput, exitCode);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(character => character == '\n'));
    }

    private static async Task<(int ExitCode, string Error)> Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = await CommandLineProgram.Run(arguments, output, error);
        Assert.Empty(output.ToString());
        return (exitCode, error.ToString());
    }
}
