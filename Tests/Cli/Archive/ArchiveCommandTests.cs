using System.Text.Json;
using OrleansOrders.Hosting;
using OrleansOrders.Tests.Support;
using OrleansOrders.Tests.Verify;

namespace OrleansOrders.Tests.Cli.Archive;

public sealed class ArchiveCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_verb_moves_what_its_dry_run_has_said_and_an_archived_order_is_shown_as_before()
    {
        await using var database = await FilledDatabase.Copy();
        var nowhere = await Run(database, "archive", "--older-than", "0d");
        Assert.Equal(ExitCodes.BadInput, nowhere.ExitCode);
        Assert.Contains("--to", nowhere.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.BadInput, (await Run(database, "archive", "--older-than", "soon", "--to", _folder.Below("cold"))).ExitCode);

        var said = Report(await Run(database, "archive", "--older-than", "0d", "--dry-run", "--to", _folder.Below("cold"), "--json"));
        var id = await database.Query<string>("select substr(stream_id, 7) from streams where type = 'order' and tenant = 'default' order by stream_key limit 1");
        var before = (await Run(database, "order", "show", id, "--json")).Output;
        var done = Report(await Run(database, "archive", "--older-than", "0d", "--to", _folder.Below("cold"), "--json"));
        Assert.Equal(
            (said.GetProperty("orders").GetInt32(), said.GetProperty("streams").GetInt32()),
            (done.GetProperty("orders").GetInt32(), done.GetProperty("streams").GetInt32()));
        Assert.True(done.GetProperty("streams").GetInt32() > 0);
        Assert.Equal(before, (await Run(database, "order", "show", id, "--json")).Output);
        Assert.Equal("orders archive", await database.Query<string>("select action from audit where kind = 'outcome' and outcome = 'done' order by number desc limit 1"));

        // What a manifest says of a file can be checked without the database.
        var file = Directory.GetFiles(_folder.Below("cold"), "*.cold").Single();
        using var manifest = JsonDocument.Parse(await File.ReadAllTextAsync(file + ".json"));
        Assert.Equal(
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(file))),
            manifest.RootElement.GetProperty("sha256").GetString());
        Assert.Equal(done.GetProperty("streams").GetInt32(), manifest.RootElement.GetProperty("streams").GetArrayLength());
    }

    [Fact]
    public async Task Whoever_accepts_that_the_topics_are_ahead_is_remembered_in_both_records()
    {
        await using var database = await FilledDatabase.Copy();
        await database.Execute("insert into kafka_ahead (topic, partition, next_offset, position) values ('orders.order', 3, 17, 1000000)");
        Assert.Equal(ExitCodes.Ok, (await Run(database, "kafka", "accept-ahead", "--reason", "restored after a disk failure")).ExitCode);
        Assert.Equal("restored after a disk failure", await database.Query<string>("select reason from kafka_ahead where accepted_by like 'cli:%'"));
        Assert.Equal("orders kafka accept-ahead", await database.Query<string>("select action from audit where reason = 'restored after a disk failure' and kind = 'intent'"));
    }

    private static JsonElement Report((int ExitCode, string Output, string Error) ended)
    {
        Assert.True(ended.ExitCode == ExitCodes.Ok, ended.Error);
        return JsonSerializer.Deserialize<JsonElement>(ended.Output).GetProperty("report");
    }

    private static async Task<(int ExitCode, string Output, string Error)> Run(TestDatabase database, params string[] arguments)
    {
        await using var command = OrdersProcess.Start(arguments, ("ORDERS_POSTGRES", database.ConnectionString));
        var exitCode = await command.WaitForExit();
        return (exitCode, string.Join('\n', command.Output), string.Join('\n', command.Error));
    }
}
