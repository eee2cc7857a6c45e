using System.Text.Json;
using OrleansOrders.Cli;
using OrleansOrders.Cli.Standalone;
using OrleansOrders.Hosting;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cli.Load;

public sealed class LoadCommandTests
{
    [Theory]
    [InlineData("--rate is a number from 1 to 100000", "--rate", "0")]
    [InlineData("--rate is a number from 1 to 100000", "--rate", "100001")]
    [InlineData("Cannot parse argument 'fast'", "--rate", "fast")]
    [InlineData("--duration is 1 s to 24 h", "--duration", "-5s")]
    [InlineData("--duration is 1 s to 24 h", "--duration", "0")]
    [InlineData("--duration is 1 s to 24 h", "--duration", "25h")]
    [InlineData("--duration is 1 s to 24 h", "--duration", "soon")]
    [InlineData("--mix adds up to 90 instead of 100", "--mix", "place=60,read=30")]
    [InlineData("--mix does not know steal", "--mix", "place=60,steal=40")]
    [InlineData("--skus is a number from 1 to 10000", "--skus", "0")]
    [InlineData("--connections is a number from 1 to 10000", "--connections", "0")]
    [InlineData("Unrecognized command or argument '--rat'", "--rat", "1")]
    [InlineData("give --yes if it is yours", "--url", "http://orders.example.com")]
    [InlineData("is not an address", "--url", "localhost")]
    [InlineData("GiB free, and this load may need", "--rate", "100000", "--duration", "24h", "--mix", "place=100")]
    [InlineData("does not answer", "--url", "http://127.0.0.1:1")]
    public async Task What_cannot_be_is_one_line_and_exit_code_2(string line, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();

        var code = await CommandLineProgram.Run(["load", .. arguments], output, error);

        Assert.Equal(ExitCodes.BadInput, code);
        Assert.Empty(output.ToString());
        Assert.Contains(line, Assert.Single(error.ToString().TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_load_says_what_was_measured_until_then()
    {
        await using var database = await TestDatabase.Create();
        await using var host = await StandaloneHost.Start(new StandaloneOptions(database.ConnectionString));
        await using var load = Start(host, database, "--rate", "100", "--duration", "2h", "--mix", "place=100", "--skus", "5");
        await Eventually.True(async () => load.HasExited || await Count(database, "order-placed.v1") > 40);

        await load.Signal("INT");
        var code = await load.WaitForExit();

        Assert.True(code == ErrorLine.Interrupted, string.Join('\n', load.Error.Concat(load.Output)));
        var report = JsonSerializer.Deserialize<JsonElement>(Assert.Single(load.Output));
        Assert.True(report.GetProperty("isInterrupted").GetBoolean());
        Assert.Equal("not run: interrupted", report.GetProperty("verify").GetString());
        Assert.Equal(0, report.GetProperty("errors").GetInt32());
        var done = report.GetProperty("kinds")[0].GetProperty("done").GetInt64();
        Assert.Equal(done + report.GetProperty("prepared").GetProperty("orders").GetInt64(), await Count(database, "order-placed.v1"));
    }

    [Fact]
    public async Task A_load_that_nobody_could_verify_is_not_a_success_unless_nobody_wanted_to()
    {
        await using var database = await TestDatabase.Create();
        await using var host = await StandaloneHost.Start(new StandaloneOptions(database.ConnectionString));
        using var folder = new TemporaryFolder();

        var (code, text) = await Run(host, "--data", folder.Below("none"));
        var (codeWithout, json) = await Run(host, "--no-verify", "--json");

        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains("verify    not run: ", text, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^place +\d+ +\d+ +0 +0 +[\d.]+ +[\d.]+ +[\d.]+ +[\d.]+$", text);
        Assert.Equal(ExitCodes.Ok, codeWithout);
        var report = JsonSerializer.Deserialize<JsonElement>(json);
        Assert.Equal("not run: --no-verify", report.GetProperty("verify").GetString());
        Assert.Equal(JsonValueKind.Null, report.GetProperty("verification").ValueKind);
    }

    private static async Task<(int Code, string Output)> Run(StandaloneHost host, params string[] more)
    {
        using var output = new StringWriter();
        var code = await CommandLineProgram.Run(
            ["load", "--url", host.BaseUrl, "--rate", "40", "--duration", "1", "--mix", "place=50,read=50", "--skus", "5", .. more], output, TextWriter.Null);
        return (code, output.ToString());
    }

    private static OrdersProcess Start(StandaloneHost host, TestDatabase database, params string[] arguments) => OrdersProcess.Start(
        ["load", "--url", host.BaseUrl, "--json", .. arguments], ("ORDERS_POSTGRES", database.ConnectionString));

    private static Task<long> Count(TestDatabase database, string type) =>
        database.Query<long>($"select count(*) from events where type = '{type}'");
}
