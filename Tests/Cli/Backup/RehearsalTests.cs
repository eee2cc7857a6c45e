using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OrleansOrders.Hosting;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cli.Backup;

/// <summary>The day on which the data is gone: real processes, a backup under load, and what is left of it all.</summary>
public sealed class RehearsalTests : IDisposable
{
    /// <summary>Between two orders of a caller: there is to be load all the time, and time for the rest.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentDictionary<string, string> _acknowledged = new();

    public void Dispose() => _folder.Dispose();

    [Fact, Trait("tier", "faults")]
    public async Task Backed_up_under_load_destroyed_and_restored_it_verifies_and_goes_on()
    {
        var (server, client) = await OrdersProcess.Serve(_folder.Below("data"));
        await Send(client, HttpMethod.Post, "/v1/stock/tea/receipts", "goods", new { quantity = 1_000_000 });
        var (kept, erased) = ((await Place(client, "kept", "bob", "1 Mill Lane")).Id, (await Place(client, "erased", "eve", "2 Mill Lane")).Id);
        _acknowledged.Clear(); // what is asked again below has no address
        string[] before, lost;
        using (client)
        {
            using var stop = new CancellationTokenSource();
            var load = Task.WhenAll(Enumerable.Range(0, 4).Select(caller => PlaceOrders(client, $"caller-{caller}", stop.Token)));
            await Eventually.True(() => _acknowledged.Count > 40);
            before = [.. _acknowledged.Keys];
            await Orders("backup", "--to", _folder.Below("backup"), "--data", _folder.Below("data"));
            var count = _acknowledged.Count;
            await Eventually.True(() => _acknowledged.Count > count + 40);
            await stop.CancelAsync();
            await load;
            lost = ["after-the-backup"];
            await Place(client, lost[0]);
            (await client.DeleteAsync("/v1/customers/eve")).EnsureSuccessStatusCode();
        }
        // What stands elsewhere: the master key, and who was erased.
        File.Copy(_folder.Below("data", "master.key"), _folder.Below("master.key"));
        await File.WriteAllLinesAsync(_folder.Below("erased"), await Lines("personal", "erased", "--data", _folder.Below("data")));
        await Destroy(server);

        var restored = (await Orders(
            "restore", "--from", _folder.Below("backup"), "--data", _folder.Below("new"), "--erasures", _folder.Below("erased"), "--reason", "a rehearsal")).RootElement;
        Assert.True(restored.GetProperty("verified").GetProperty("ok").GetBoolean());
        Assert.Equal(ExitCodes.BadInput, await Run("serve", "--port", "0", "--data", _folder.Below("new")));
        File.Move(_folder.Below("master.key"), _folder.Below("new", "master.key"));

        var (next, again) = await OrdersProcess.Serve(_folder.Below("new"));
        using (again)
        {
            foreach (var key in before)
                Assert.Equal((_acknowledged[key], true), await Place(again, key));
            var (id, isReplayed) = await Place(again, lost[0]);
            Assert.False(isReplayed, "what the backup does not hold is done anew");
            await Eventually.True(async () => (await again.GetFromJsonAsync<JsonElement>($"/v1/orders/{id}")).GetProperty("status").GetString() == "confirmed");
            foreach (var (order, address) in ((string, string)[])[(kept, "1 Mill Lane"), (erased, "[erased]")])
                Assert.Equal(address, (await again.GetFromJsonAsync<JsonElement>($"/v1/orders/{order}")).GetProperty("shippingAddress").GetString());
        }
        Assert.Equal(0, await next.Terminate());
        await Orders("verify", "--data", _folder.Below("new"));
        await Orders("audit", "verify", "--data", _folder.Below("new"));
        Assert.Equal(
            ["orders restore", "orders restore", "orders backup"],
            (await Orders("audit", "list", "--data", _folder.Below("new"))).RootElement.GetProperty("items").EnumerateArray()
                .Select(line => line.GetProperty("action").GetProperty("action").GetString()));
        Assert.Equal(ExitCodes.BadInput, await Run("restore", "--from", _folder.Below("backup"), "--data", _folder.Below("new")));
    }

    // The server, its database, and every file of theirs.
    private async Task Destroy(OrdersProcess server)
    {
        await server.Kill();
        var cluster = _folder.Below("data", "postgres", "cluster");
        var database = File.ReadLines(Path.Combine(cluster, "postmaster.pid")).First();
        await OrdersProcess.Shell($"kill -9 $(cat /proc/{database}/task/{database}/children) {database}");
        await Eventually.True(async () => await OrdersProcess.Shell($"test ! -d /proc/{database} || grep -q '^State:.Z' /proc/{database}/status") == 0);
        Directory.Delete(_folder.Below("data"), recursive: true);
    }

    private async Task PlaceOrders(HttpClient client, string caller, CancellationToken stop)
    {
        using var pace = new PeriodicTimer(Pace);
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            await Place(client, $"{caller}-{i}");
            await pace.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private async Task<(string Id, bool IsReplayed)> Place(HttpClient client, string key, string customerId = "ada", string? shippingAddress = null)
    {
        using var reply = await Send(client, HttpMethod.Post, "/v1/orders", key, new
        {
            customerId, shippingAddress, currency = "GBP", paymentMethod = "pm_ok", lines = new[] { new { sku = "tea", quantity = 1, unitPrice = 450 } },
        });
        var id = (await reply.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        _acknowledged.TryAdd(key, id);
        return (id, reply.Headers.Contains("Idempotent-Replayed"));
    }

    private static async Task<HttpResponseMessage> Send(HttpClient client, HttpMethod method, string path, string key, object body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", key);
        var reply = await client.SendAsync(request);
        Assert.True(reply.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created, await reply.Content.ReadAsStringAsync());
        return reply;
    }

    private static async Task<JsonDocument> Orders(params string[] arguments)
    {
        await using var command = OrdersProcess.Start([.. arguments, "--json"]);
        var exitCode = await command.WaitForExit();
        Assert.True(exitCode == ExitCodes.Ok, string.Join('\n', command.Error.Concat(command.Output)));
        return JsonDocument.Parse(command.Output[0]);
    }

    private static async Task<IReadOnlyList<string>> Lines(params string[] arguments)
    {
        await using var command = OrdersProcess.Start(arguments);
        Assert.Equal(ExitCodes.Ok, await command.WaitForExit());
        return command.Output;
    }

    private static async Task<int> Run(params string[] arguments)
    {
        await using var command = OrdersProcess.Start(arguments);
        return await command.WaitForExit();
    }
}
