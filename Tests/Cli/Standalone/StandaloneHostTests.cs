using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OrleansOrders.Cli.Standalone;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cli.Standalone;

public sealed class StandaloneHostTests
{
    [Fact]
    public async Task An_order_goes_through_fulfilment_and_into_every_read_model()
    {
        await using var database = await TestDatabase.Create();
        await using var host = await StandaloneHost.Start(new StandaloneOptions(database.ConnectionString));
        using var client = new HttpClient { BaseAddress = new Uri(host.BaseUrl) };

        await Post(client, "/v1/stock/tea/receipts", "stock", new { quantity = 10 });
        var placed = await Post(client, "/v1/orders", "order", new
        {
            customerId = "ada", currency = "GBP", paymentMethod = "pm_ok",
            lines = new[] { new { sku = "tea", quantity = 3, unitPrice = 450 } },
        });
        var id = placed.GetProperty("id").GetString()!;
        await WaitForQuiet(host);

        Assert.Equal("confirmed", (await Get(client, $"/v1/orders/{id}")).GetProperty("status").GetString());
        Assert.Equal("captured", (await Get(client, $"/v1/payments/{id}")).GetProperty("status").GetString());
        Assert.Equal(3, (await Get(client, "/v1/stock/tea")).GetProperty("reserved").GetInt32());
        Assert.Equal(1_350, (await Get(client, "/v1/reports/sales")).GetProperty("totals")[0].GetProperty("gross").GetInt32());
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/ready")).StatusCode);
    }

    [Fact]
    public async Task What_one_process_took_in_the_next_one_finishes()
    {
        await using var database = await TestDatabase.Create();
        await using (var first = await StandaloneHost.Start(new StandaloneOptions(database.ConnectionString)))
        {
            using var client = new HttpClient { BaseAddress = new Uri(first.BaseUrl) };
            await Post(client, "/v1/stock/tea/receipts", "stock", new { quantity = 10 });
            await Post(client, "/v1/orders", "order", new
            {
                customerId = "ada", currency = "GBP", paymentMethod = "pm_slow",
                lines = new[] { new { sku = "tea", quantity = 3, unitPrice = 450 } },
            });
        }

        await using var second = await StandaloneHost.Start(
            new StandaloneOptions(database.ConnectionString) { SlowPayment = TimeSpan.FromMilliseconds(10) });
        using var reader = new HttpClient { BaseAddress = new Uri(second.BaseUrl) };
        await Eventually.True(async () =>
            (await Get(reader, "/v1/fulfilments?status=completed")).GetProperty("items").GetArrayLength() == 1);
    }

    private static Task WaitForQuiet(StandaloneHost host) => Eventually.True(async () =>
    {
        var end = await host.Store.ReadEnd(default);
        var projections = await host.ReadModels.ListProjections(default);
        return host.ReactedPosition == end && projections.All(projection => projection.Position == end) && await host.Store.ReadEnd(default) == end;
    });

    private static async Task<JsonElement> Post(HttpClient client, string path, string key, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", key);
        using var reply = await client.SendAsync(request);
        Assert.True(reply.IsSuccessStatusCode, $"{path}: {(int)reply.StatusCode} {await reply.Content.ReadAsStringAsync()}");
        return await reply.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static Task<JsonElement> Get(HttpClient client, string path) => client.GetFromJsonAsync<JsonElement>(path);
}
