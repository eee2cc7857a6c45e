using System.Collections.Immutable;
using System.Text.Json;
using OrleansOrders.Cli;
using OrleansOrders.Cli.Standalone;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Hosting;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cli;

/// <summary>The verbs, against a running server.</summary>
public sealed class DeadLettersCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task An_operator_looks_repairs_and_replays_from_the_command_line()
    {
        await using var database = await TestDatabase.Create();
        await using var host = await StandaloneHost.Start(new StandaloneOptions(database.ConnectionString));
        await Draft(host, "a");
        await ForeignEvents.Append(host.Store, "default", "order", "a", "order-item-removed.v99", """{"sku":"tea","at":"2026-01-02T03:04:05+00:00"}""");
        await Eventually.True(async () => (await List(host)).Count == 5);
        var id = (await List(host))[0].GetProperty("id").GetString()!;
        File.WriteAllText(folder.Below("event.json"), """{"sku":"tea","at":"2026-01-02T03:04:05+00:00"}""");

        Assert.Contains("order-a from version 3 on", (await Run(ExitCodes.Ok, host, "list", "--consumer", "sales")).Output, StringComparison.Ordinal);
        Assert.Contains("\"sku\":\"tea\"", (await Run(ExitCodes.Ok, host, "show", id)).Output, StringComparison.Ordinal);
        Assert.Contains("5 would stay parked", (await Run(ExitCodes.Failed, host, "replay", "--stream", "order-a", "--dry-run", "--reason", "try")).Output, StringComparison.Ordinal);
        Assert.Contains("/data: ", (await Run(ExitCodes.BadInput, host, "repair", id, "--type", "order-created.v1", "--data-file", folder.Below("event.json"), "--reason", "typo")).Error, StringComparison.Ordinal);
        Assert.Contains("Repair 1", (await Run(ExitCodes.Ok, host, "repair", id, "--type", "order-item-removed.v1", "--data-file", folder.Below("event.json"), "--reason", "newer writer")).Output, StringComparison.Ordinal);
        Assert.Contains("4 replayed, 1 asked for, 0 still parked", (await Run(ExitCodes.Ok, host, "replay", "--stream", "order-a", "--reason", "repaired")).Output, StringComparison.Ordinal);
        await Eventually.True(async () => (await List(host)).Count == 0);
        Assert.Contains("repair by local: newer writer -> repair 1, as order-item-removed.v1", (await Run(ExitCodes.Ok, host, "show", id)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_usage_unknown_letters_and_silent_servers_have_their_exit_codes()
    {
        await using var database = await TestDatabase.Create();
        await using var host = await StandaloneHost.Start(new StandaloneOptions(database.ConnectionString));
        var unknown = Guid.NewGuid().ToString();

        await Run(ExitCodes.BadInput, host, "replay", "--reason", "all of them");
        await Run(ExitCodes.BadInput, host, "replay", unknown);
        await Run(ExitCodes.BadInput, host, "show", "nothing");
        Assert.Contains("dead-letter-not-found", (await Run(ExitCodes.BadInput, host, "show", unknown)).Error, StringComparison.Ordinal);
        Assert.Contains("--data-file", (await Run(ExitCodes.BadInput, host, "repair", unknown, "--data-file", folder.Below("none"), "--reason", "typo")).Error, StringComparison.Ordinal);
        Assert.Contains("No dead letters", (await Run(ExitCodes.Ok, host, "list")).Output, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<JsonElement>> List(StandaloneHost host)
    {
        using var json = JsonDocument.Parse((await Run(ExitCodes.Ok, host, "list", "--json")).Output);
        return [.. json.RootElement.GetProperty("items").EnumerateArray().Select(item => item.Clone())];
    }

    private static async Task<(string Output, string Error)> Run(int exitCode, StandaloneHost host, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLineProgram.Run(["dead-letters", .. arguments, "--url", host.BaseUrl], output, error);
        Assert.True(code == exitCode, $"{string.Join(' ', arguments)} ended with {code}: {error}{output}");
        return (output.ToString(), error.ToString());
    }

    private static async Task Draft(StandaloneHost host, string id)
    {
        ImmutableArray<LineItem> lines = [new("tea", 2, 450, null)];
        var create = new CreateOrder(id, "ada", "EUR", PaymentMethods.Ok, null, null, lines, false, TimeProvider.System.GetUtcNow());
        var context = new CommandContext("default", Ids.Derive("draft", id), "test", Ids.Derive("draft", id)) { Fingerprint = [1] };
        Assert.IsType<CommandOutcome.Done>(await host.Aggregates.Execute(id, create, context, default));
    }
}
