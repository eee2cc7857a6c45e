using System.Text.Json;
using OrleansOrders.Cli;
using OrleansOrders.Cli.Simulation;
using OrleansOrders.Hosting;

namespace OrleansOrders.Tests.Cli.Simulation;

public sealed class SimulateCommandTests
{
    [Fact]
    public async Task Seeds_that_hold_end_with_0_and_say_how_many_there_were()
    {
        var (exitCode, output, _) = await Run("--seeds", "3", "--first", "41");
        Assert.Equal(ExitCodes.Ok, exitCode);
        Assert.Contains("3 of 3 seeds from 41", output, StringComparison.Ordinal);
        Assert.Contains("All invariants hold.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_json_it_is_one_object()
    {
        var (exitCode, output, _) = await Run("--seeds", "2", "--json");
        using var json = JsonDocument.Parse(output);
        Assert.Equal(ExitCodes.Ok, exitCode);
        Assert.True(json.RootElement.GetProperty("ok").GetBoolean());
        Assert.Equal(2, json.RootElement.GetProperty("done").GetInt64());
        Assert.Equal(0, json.RootElement.GetProperty("failures").GetArrayLength());
    }

    [Theory]
    [InlineData("--seeds", "0")]
    [InlineData("--seeds", "many")]
    [InlineData("--first", "-1")]
    [InlineData("--seed", "1")]
    public async Task Wrong_usage_is_refused_in_one_line(string option, string value)
    {
        var (exitCode, output, error) = await Run(option, value);
        Assert.Equal(ExitCodes.BadInput, exitCode);
        Assert.Empty(output);
        Assert.Contains(option, Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public void Who_is_told_to_stop_says_what_was_done()
    {
        using var stop = new CancellationTokenSource();
        var done = 0;
        var result = SeedRange.Run(1, 1_000_000, Wiring.Sound, 1, 1, () => StopAfter(5), stop.Token);
        Assert.Equal(5, result.Done);
        Assert.Equal(1_000_000, result.Wanted);

        void StopAfter(int seeds)
        {
            if (++done == seeds)
                stop.Cancel();
        }
    }

    private static async Task<(int ExitCode, string Output, string Error)> Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = await CommandLineProgram.Run(["simulate", .. arguments], output, error);
        return (exitCode, output.ToString(), error.ToString());
    }
}
