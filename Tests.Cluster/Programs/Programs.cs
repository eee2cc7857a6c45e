using System.Diagnostics;
using System.Text.Json;
using OrleansOrders.Tests.Cli;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cluster.Programs;

/// <summary>The cluster's programs as processes of their own.</summary>
internal static class Programs
{
    public const string Password = "correct-horse-battery";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly string[] Anywhere = ["--silo-port", "0", "--gateway-port", "0", "--http-port", "0", "--dashboard-port", "0"];

    /// <summary>On any free ports, unless the arguments say otherwise.</summary>
    public static OrdersProcess Silo(TestDatabase database, params string[] arguments) => OrdersProcess.StartProgram(
        "orders-silo", [.. Pairs(Anywhere).Where(pair => !arguments.Contains(pair[0])).SelectMany(pair => pair), .. arguments],
        ("ORDERS_POSTGRES", database.ConnectionString));

    public static OrdersProcess Gateway(TestDatabase database, params string[] arguments) => OrdersProcess.StartProgram(
        "orders-gateway", ["--port", "0", .. arguments], ("ORDERS_POSTGRES", database.ConnectionString));

    /// <summary>What a program says when it is ready. Several start at once here, on a machine that tests keep busy.</summary>
    public static async Task<JsonElement> Ready(OrdersProcess program)
    {
        var clock = Stopwatch.StartNew();
        while (program.Output.Count == 0 && !program.HasExited && clock.Elapsed < Patience)
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        return await program.WaitForReady();
    }

    /// <summary>It ends by itself, with one line that names what is wrong.</summary>
    public static async Task Fails(OrdersProcess program, int exitCode, string named)
    {
        await using (program)
        {
            var found = await program.WaitForExit();
            var line = Assert.Single(program.Error);
            Assert.Contains(named, line, StringComparison.Ordinal);
            Assert.StartsWith("orders-", line, StringComparison.Ordinal);
            Assert.Equal(exitCode, found);
            Assert.Empty(program.Output);
        }
    }

    private static IEnumerable<string[]> Pairs(string[] arguments) => arguments.Chunk(2);
}
