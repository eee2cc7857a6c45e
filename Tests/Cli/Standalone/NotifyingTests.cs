using System.Net.Http.Json;
using System.Text.Json;
using OrleansOrders.Cli.Standalone;
using OrleansOrders.Tests.Engine.Notifications;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cli.Standalone;

public sealed class NotifyingTests
{
    [Fact]
    public async Task A_customer_hears_of_the_order_of_its_cancellation_and_of_the_refund_once_each_over_a_restart()
    {
        await using var database = await TestDatabase.Create();
        var mail = new RecordingNotifier();
        string id;
        await using (var host = await StandaloneHost.Start(new StandaloneOptions(database.ConnectionString) { Notifier = mail }))
        {
            using var client = new HttpClient { BaseAddress = new Uri(host.BaseUrl) };
            await Ask(client, HttpMethod.Put, "/v1/customers/zoe", new { name = "Zoë Brown", email = "zoe@example.com" });
            await Ask(client, HttpMethod.Post, "/v1/stock/tea/receipts", new { quantity = 10 });
            var order = new { customerId = "zoe", currency = "GBP", paymentMethod = "pm_ok", lines = new[] { new { sku = "tea", quantity = 3, unitPrice = 450 } } };
            id = (await Ask(client, HttpMethod.Post, "/v1/orders", order)).GetProperty("id").GetString()!;
            await Eventually.True(async () => (await client.GetFromJsonAsync<JsonElement>($"/v1/fulfilments?status=completed")).GetProperty("items").GetArrayLength() == 1);
            await Ask(client, HttpMethod.Post, $"/v1/orders/{id}/cancel", new { reason = "changed my mind" });
            await Eventually.True(async () => mail.Taken.Count == 3 && host.NotifiedPosition == await host.Store.ReadEnd(default));
        }
        await using (var again = await StandaloneHost.Start(new StandaloneOptions(database.ConnectionString) { Notifier = mail }))
        {
            await Eventually.True(async () => again.NotifiedPosition == await again.Store.ReadEnd(default));
            using var client = new HttpClient { BaseAddress = new Uri(again.BaseUrl) };
            var told = (await client.GetFromJsonAsync<JsonElement>($"/v1/orders/{id}/notifications")).GetProperty("items").EnumerateArray().ToList();
            Assert.Equal(["cancelled", "placed", "refunded"], told.Select(one => one.GetProperty("kind").GetString()).Order());
            Assert.All(told, one => Assert.Equal("sent", one.GetProperty("state").GetString()));
            Assert.DoesNotContain(told, one => one.GetRawText().Contains("zoe", StringComparison.Ordinal));
            Assert.Equal(System.Net.HttpStatusCode.NotFound, (await client.GetAsync("/v1/orders/none/notifications")).StatusCode);
        }

        Assert.Equal(["cancelled", "placed", "refunded"], mail.Taken.Select(message => message.Kind).Order());
        Assert.All(mail.Taken, message => Assert.Equal((id, "zoe@example.com"), (message.OrderId, message.Email)));
        Assert.Contains("returned 13.50 GBP", mail.Taken.Single(message => message.Kind == "refunded").Text, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> Ask(HttpClient client, HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", path);
        using var reply = await client.SendAsync(request);
        Assert.True(reply.IsSuccessStatusCode, $"{path}: {(int)reply.StatusCode} {await reply.Content.ReadAsStringAsync()}");
        return await reply.Content.ReadFromJsonAsync<JsonElement>();
    }
}
