using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OrleansOrders.Tests.Cli;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Http.Hostile;

/// <summary>The real server under hundreds of thousands of requests that nobody would send in good faith.</summary>
public sealed class HostileFloodTests
{
    private const long Mebibyte = 1024 * 1024;

    private static readonly int Requests =
        int.Parse(Environment.GetEnvironmentVariable("ORDERS_TEST_HOSTILE") ?? "200000", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Every_answer_is_harmless_and_the_process_stays_as_large_as_it_is()
    {
        await using var database = await TestDatabase.Create();
        await using var server = OrdersProcess.Start(["serve", "--port", "0", "--json"], ("ORDERS_POSTGRES", database.ConnectionString));
        var address = new Uri((await server.WaitForReady()).GetProperty("url").GetString()!);
        using var client = new HttpClient { BaseAddress = address };
        var flood = new HostileFlood(new Uri($"http://127.0.0.1:{address.Port}"), await CreateDraft(client));

        await flood.Send(Requests / 2);
        var before = WorkingSet(server);
        await flood.Send(Requests - (Requests / 2));
        var after = WorkingSet(server);

        Assert.True(flood.Failures.IsEmpty, $"{flood.Failures.Count} bad answers, the first: {string.Join('\n', flood.Failures.Take(5))}");
        Assert.InRange(flood.Answers, Requests * 98L / 100, Requests * 2L);
        if (Requests >= 100_000) // fewer need not come across each of them
            Assert.All((int[])[200, 400, 404, 405, 409, 413, 414, 415, 422, 431], status => Assert.True(flood.Statuses.ContainsKey(status), $"no {status}"));
        Assert.True(after < before + (64 * Mebibyte), $"{before / Mebibyte} MiB before the second half, {after / Mebibyte} MiB after it");
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/ready")).StatusCode);
        Assert.Equal(0, await server.Terminate());
        Assert.Equal(["Stopping ..."], server.Error);
        await using var verify = OrdersProcess.Start(["verify"], ("ORDERS_POSTGRES", database.ConnectionString));
        Assert.True(await verify.WaitForExit() == 0, string.Join('\n', verify.Output));
    }

    private static long WorkingSet(OrdersProcess server)
    {
        using var process = Process.GetProcessById(server.Id);
        return process.WorkingSet64;
    }

    private static async Task<string> CreateDraft(HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/orders")
        {
            Content = JsonContent.Create(new
            {
                customerId = "hostile",
                currency = "GBP",
                paymentMethod = "pm_ok",
                place = false,
                lines = new[] { new { sku = "tea", quantity = 1, unitPrice = 100 } },
            }),
        };
        request.Headers.Add("Idempotency-Key", "hostile");
        using var answer = await client.SendAsync(request);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }
}
