using System.Net.Http.Json;
using System.Text.Json;
using OrleansOrders.Cli.Standalone;
using OrleansOrders.Engine.Providers;
using OrleansOrders.Hosting;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cli;

/// <summary>
/// One order, and a process that is killed at one boundary of its saga after the other, each time a new one. In the end
/// the order is where it would have been without any of it, and the provider was asked for money once.
/// </summary>
public sealed class SagaCrashTests
{
    private const int Killed = 128 + 9;

    [Fact]
    public Task A_process_killed_whenever_the_provider_has_answered_ends_its_saga_right() => KillAndEnd(
        "pm_capture_fails", ":authorize :capture :void", "compensated", "authorize,void");

    [Fact]
    public Task A_process_killed_when_a_refund_was_paid_pays_it_once() => KillWhileRefunding(":refund/compensation");

    [Theory, Trait("tier", "faults")]
    [InlineData("pm_ok", "ReserveStock AuthorizePayment:authorize ConfirmOrder CreateShipment CapturePayment:capture", "completed", "authorize,capture")]
    [InlineData("pm_timeout_then_ok", "AuthorizePayment CapturePayment:capture", "completed", "authorize,capture")]
    [InlineData(
        "pm_capture_fails", "CapturePayment:capture CancelShipment ReturnMoney:void ReleaseStock CancelOrder", "compensated",
        "authorize,void")]
    public Task A_process_killed_at_every_boundary_of_a_saga_ends_it_right(
        string method, string steps, string end, string ledger) => KillAndEnd(method, steps, end, ledger);

    [Fact, Trait("tier", "faults")]
    public Task A_process_killed_at_every_boundary_of_a_refund_pays_it_once() =>
        KillWhileRefunding("CancelShipment ReturnMoney:refund/compensation ReleaseStock CancelOrder");

    private static async Task KillAndEnd(string method, string steps, string end, string ledger)
    {
        await using var database = await TestDatabase.Create();
        Func<HttpClient, Task>? begin = client => Place(client, method);
        foreach (var boundary in Boundaries(steps))
        {
            await KillAt(database, boundary, begin);
            begin = null;
        }
        await EndsAs(database, end, ledger);
    }

    private static async Task KillWhileRefunding(string steps)
    {
        await using var database = await TestDatabase.Create();
        Func<HttpClient, Task>? begin = async client =>
        {
            await Place(client, "pm_ok");
            await WaitForStatus(client, "completed");
            await Post(client, $"/v1/orders/{await OrderId(client)}/cancel", new { reason = "changed my mind" });
        };
        foreach (var boundary in Boundaries(steps))
        {
            await KillAt(database, boundary, begin);
            begin = null;
        }
        await EndsAs(database, "compensated", "authorize,capture,refund");
    }

    /// <summary>
    /// Before a step, after the provider answered where it is asked, and after the step but before that is written down; of a step
    /// without a name only what is in the middle.
    /// </summary>
    private static IEnumerable<string> Boundaries(string steps) => steps.Split(' ').SelectMany(step => step.Split(':') switch
    {
        ["", var asked] => (string[])[$"{asked}/answered"],
        [var name, var asked] => [$"{name}/before", $"{asked}/answered", $"{name}/performed"],
        [var name, ..] => [$"{name}/before", $"{name}/performed"],
        _ => [],
    });

    /// <summary>Runs a process until it dies at the boundary; a saga that is under way takes it there by itself.</summary>
    private static async Task KillAt(TestDatabase database, string boundary, Func<HttpClient, Task>? begin)
    {
        var server = Serve(database, (CrashPoint.Variable, boundary));
        if (await Ready(server) is { } client && begin is not null)
        {
            try
            {
                await begin(client);
            }
            catch (HttpRequestException)
            {
                // It died before it answered, which is what it is here for; the order is in the log.
            }
        }
        Assert.Equal(Killed, await server.WaitForExit());
    }

    private static async Task EndsAs(TestDatabase database, string end, string ledger)
    {
        await using var server = Serve(database);
        using var client = await Ready(server) ?? throw new InvalidOperationException(string.Join('\n', server.Error));
        await WaitForStatus(client, end);
        var operations = new List<string>();
        await foreach (var entry in new PostgresProviderBooks(database.DataSource).ReadAll(CancellationToken.None))
        {
            if (entry.Succeeded)
                operations.Add(entry.Operation);
        }
        Assert.Equal(ledger, string.Join(',', operations));
        var stock = await client.GetFromJsonAsync<JsonElement>("/v1/stock/tea");
        Assert.Equal(end == "completed" ? (7, 3) : (10, 0), (stock.GetProperty("available").GetInt32(), stock.GetProperty("reserved").GetInt32()));
        // Another read model than the fulfilment's, which may be a moment behind.
        var (id, status) = (await OrderId(client), end == "completed" ? "confirmed" : "cancelled");
        await Eventually.True(async () => (await client.GetFromJsonAsync<JsonElement>($"/v1/orders/{id}")).GetProperty("status").GetString() == status);
    }

    private static OrdersProcess Serve(TestDatabase database, params (string Name, string Value)[] environment) => OrdersProcess.Start(
        ["serve", "--port", "0", "--json"], [("ORDERS_POSTGRES", database.ConnectionString), .. environment]);

    /// <summary>A client when the server answers; null when it died first.</summary>
    private static async Task<HttpClient?> Ready(OrdersProcess server)
    {
        await Eventually.True(() => server.Output.Count > 0 || server.HasExited);
        return server.Output.Count == 0 ? null : new HttpClient
        {
            BaseAddress = new Uri(JsonDocument.Parse(server.Output[0]).RootElement.GetProperty("url").GetString()!),
        };
    }

    private static async Task Place(HttpClient client, string method)
    {
        await Post(client, "/v1/stock/tea/receipts", new { quantity = 10 });
        await Post(client, "/v1/orders", new
        {
            customerId = "ada",
            currency = "GBP",
            paymentMethod = method,
            lines = new[] { new { sku = "tea", quantity = 3, unitPrice = 450 } },
        });
    }

    private static async Task Post(HttpClient client, string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", $"{Guid.NewGuid():n}");
        using var response = await client.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    private static async Task<string> OrderId(HttpClient client)
    {
        var page = await client.GetFromJsonAsync<JsonElement>("/v1/fulfilments");
        return Assert.Single(page.GetProperty("items").EnumerateArray()).GetProperty("orderId").GetString()!;
    }

    private static Task WaitForStatus(HttpClient client, string status) => Eventually.True(async () =>
        (await client.GetFromJsonAsync<JsonElement>($"/v1/fulfilments?status={status}")).GetProperty("items").GetArrayLength() == 1);
}
