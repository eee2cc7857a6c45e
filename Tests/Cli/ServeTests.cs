using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OrleansOrders.Cli;
using OrleansOrders.Cli.Standalone;
using OrleansOrders.Hosting;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cli;

public sealed class ServeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Data => folder.Below("data");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_killed_server_keeps_its_data_and_a_terminated_one_leaves_nothing_running()
    {
        var (killed, client) = await OrdersProcess.Serve(Data);
        using (client)
        {
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/ready")).StatusCode);
            await ReceiveStock(client);
        }
        await killed.Kill();
        Assert.Equal(0, await OrdersProcess.Shell($"kill -0 {DatabaseProcess()}"));

        var (server, again) = await OrdersProcess.Serve(Data);
        using (again)
            Assert.Equal(100, (await again.GetFromJsonAsync<JsonElement>("/v1/stock/tea")).GetProperty("available").GetInt32());
        var database = DatabaseProcess();
        Assert.Equal(ExitCodes.Ok, await server.Terminate());
        Assert.Equal(["Stopping ..."], server.Error);
        await Eventually.True(async () => await OrdersProcess.Shell($"kill -0 {database} 2>/dev/null && ! grep -q '^State:.Z' /proc/{database}/status") != 0);
    }

    [Fact]
    public async Task Other_verbs_work_beside_a_server_and_a_second_server_is_refused()
    {
        var (server, client) = await OrdersProcess.Serve(Data);
        await using var _ = server;
        using var __ = client;
        await ReceiveStock(client);

        var second = await Run("serve", "--port", "0", "--data", Data);
        Assert.Equal(ExitCodes.Unreachable, second.ExitCode);
        Assert.Contains($"process {server.Id}", second.Error, StringComparison.Ordinal);

        var samePort = await Run("serve", "--port", $"{client.BaseAddress!.Port}", "--data", folder.Below("other"));
        Assert.Equal(ExitCodes.Unreachable, samePort.ExitCode);
        Assert.Contains($"Port {client.BaseAddress.Port} is in use", samePort.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.Below("other")));

        Assert.Equal(client.BaseAddress, new Uri(ServerNote.Read(Data)!));
        Assert.Equal(ExitCodes.Ok, (await Run("projections", "list", "--data", Data)).ExitCode);
        var rebuilt = await Run("projections", "rebuild", "stock_levels", "--json", "--data", Data);
        Assert.Equal("switched", JsonDocument.Parse(rebuilt.Output).RootElement.GetProperty("rebuild").GetProperty("phase").GetString());
        var findings = JsonDocument.Parse((await Run("doctor", "--json", "--data", Data)).Output).RootElement.GetProperty("findings");
        Assert.Contains(findings.EnumerateArray(), finding => finding.GetProperty("name").GetString() == "database version"
            && finding.GetProperty("health").GetString() == "ok" && finding.GetProperty("detail").GetString()!.Contains("event-store", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_order_can_be_looked_at_as_it_is_and_as_it_was()
    {
        await using var database = await TestDatabase.Create();
        await using var host = await StandaloneHost.Start(new StandaloneOptions(database.ConnectionString));
        using var client = new HttpClient { BaseAddress = new Uri(host.BaseUrl) };
        var placed = await Post(client, "/v1/orders", new
        {
            customerId = "ada", currency = "GBP", paymentMethod = "pm_ok", place = false,
            lines = new[] { new { sku = "tea", quantity = 3, unitPrice = 450 } },
        });
        var id = placed.GetProperty("id").GetString()!;
        await Post(client, $"/v1/orders/{id}/cancel", new { reason = "changed my mind" });

        var now = await Show(database, id);
        Assert.Equal("cancelled", now.GetProperty("order").GetProperty("status").GetString());
        Assert.Equal(3, now.GetProperty("events").GetArrayLength());
        var then = await Show(database, id, "--at", "2");
        Assert.Equal("draft", then.GetProperty("order").GetProperty("status").GetString());
        Assert.Equal(2, then.GetProperty("events").GetArrayLength());
        var text = await Run(("ORDERS_POSTGRES", database.ConnectionString), "order", "show", id);
        Assert.Contains("13.50 GBP", text.Output, StringComparison.Ordinal);
        Assert.Contains("order-cancelled.v1", text.Output, StringComparison.Ordinal);
    }

    private static Task ReceiveStock(HttpClient client) => Post(client, "/v1/stock/tea/receipts", new { quantity = 100 });

    private string DatabaseProcess() => File.ReadLines(Path.Combine(Data, "postgres", "cluster", "postmaster.pid")).First();

    private static async Task<JsonElement> Show(TestDatabase database, string id, params string[] more)
    {
        var (exitCode, output, error) = await Run(("ORDERS_POSTGRES", database.ConnectionString), ["order", "show", id, "--json", .. more]);
        Assert.True(exitCode == ExitCodes.Ok, error);
        return JsonSerializer.Deserialize<JsonElement>(output);
    }

    private static async Task<JsonElement> Post(HttpClient client, string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", path);
        using var reply = await client.SendAsync(request);
        Assert.True(reply.IsSuccessStatusCode, $"{path}: {(int)reply.StatusCode} {await reply.Content.ReadAsStringAsync()}");
        return await reply.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static Task<(int ExitCode, string Output, string Error)> Run(params string[] arguments) => Run(("ORDERS_DEBUG", "0"), arguments);

    private static async Task<(int ExitCode, string Output, string Error)> Run((string, string) environment, params string[] arguments)
    {
        await using var command = OrdersProcess.Start(arguments, environment);
        var exitCode = await command.WaitForExit();
        return (exitCode, string.Join('\n', command.Output), string.Join('\n', command.Error));
    }
}
