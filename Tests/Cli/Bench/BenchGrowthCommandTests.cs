using OrleansOrders.Cli;
using OrleansOrders.Cli.Commands;
using OrleansOrders.Hosting;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cli.Bench;

/// <summary>What makes no sense is refused in one line, before any server is started.</summary>
public sealed class BenchGrowthCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("--only", "weather", "weather")]
    [InlineData("--quickly", null, "--quickly")]
    [InlineData("--out", "", "--out")]
    public async Task Wrong_usage_is_refused(string option, string? value, string named) => await Refused([option, .. value is null ? Array.Empty<string>() : [value]], named);

    [Fact]
    public async Task A_file_is_no_folder()
    {
        File.WriteAllText(folder.Below("file"), "");
        await Refused(["--out", folder.Below("file")], folder.Below("file"));
    }

    [Fact]
    public void A_disk_without_room_is_refused_by_name()
    {
        BenchGrowthCommand.CheckRoom(25, 25);
        var failure = Assert.Throws<Failure>(() => BenchGrowthCommand.CheckRoom(3_000_000_000, 25_000_000_000));
        Assert.Equal((ExitCodes.BadInput, true), (failure.ExitCode, failure.Message.Contains("3 GB free and the run needs 25", StringComparison.Ordinal)));
    }

    private static async Task Refused(string[] arguments, string named)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        Assert.Equal(ExitCodes.BadInput, await CommandLineProgram.Run(["bench", "growth", .. arguments], output, error));
        Assert.Contains(named, Assert.Single(error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Empty(output.ToString());
    }
}
