using System.Net.Http.Json;
using System.Text.Json;
using OrleansOrders.Tests.Cli;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Hosting;

/// <summary>What customers wrote is in no line of the log, at the level that production has and whatever goes wrong.</summary>
public sealed class PersonalLogTests
{
    private const string Mark = "zanzibar";
    private const string Customer = "c-17";

    /// <summary>Mail cannot be sent, receivers of webhooks are not there, requests are bad, and every connection to the database breaks.</summary>
    [Fact]
    public async Task No_line_holds_what_a_customer_wrote_though_everything_fails_that_can()
    {
        await using var database = await TestDatabase.Create();
        await using var server = OrdersProcess.Start(
            ["serve", "--port", "0", "--json"],
            ("ORDERS_POSTGRES", database.ConnectionString), ("ORDERS_LOG_LEVEL", "information"), ("ORDERS_LOG_FORMAT", "json"),
            ("ORDERS_SMTP_HOST", "127.0.0.1"), ("ORDERS_SMTP_PORT", "1"), ("ORDERS_SMTP_FROM", "shop@example.com"),
            ("ORDERS_WEBHOOKS_PRIVATE_ADDRESSES", "allow"));
        using var client = new HttpClient { BaseAddress = new Uri((await server.WaitForReady()).GetProperty("url").GetString()!) };
        await Send(client, HttpMethod.Put, $"/v1/customers/{Customer}", new { email = $"{Mark}@example.com", name = Mark });
        await Send(client, HttpMethod.Post, "/v1/webhooks", new { url = "http://127.0.0.1:1/hooks", description = Mark });
        await Send(client, HttpMethod.Post, "/v1/stock/tea/receipts", new { quantity = 10 });
        var order = (await Order(client, "pm_ok")).GetProperty("id").GetString()!;
        await Eventually.True(() => Lines(server, order).Any());
        await Order(client, "pm_declined");
        await Send(client, HttpMethod.Post, $"/v1/orders/{order}/cancel", new { reason = $"{Mark} changed her mind" });
        await Send(client, HttpMethod.Post, $"/v1/orders/{order}/returns", new { reason = Mark, lines = new[] { new { sku = "tea", quantity = 1 } } });
        await Send(client, HttpMethod.Post, $"/v1/payments/{order}/refunds", new { amount = 1, reason = Mark });
        await Send(client, HttpMethod.Post, "/v1/orders", new { customerId = Customer, currency = Mark, shippingAddress = Mark });
        await Send(client, HttpMethod.Put, $"/v1/customers/{Customer}", new { email = Mark, name = new[] { Mark } });
        await Send(client, HttpMethod.Get, $"/v1/orders?q={Mark}");
        await Send(client, HttpMethod.Get, $"/v1/{Mark}");
        await database.Execute($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{database.Name}' and pid <> pg_backend_pid()");
        await Order(client, "pm_ok");
        await Send(client, HttpMethod.Delete, $"/v1/customers/{Customer}");
        Assert.Equal(0, await server.Terminate());

        Assert.All(Lines(server, order), line => Assert.Equal("default", line.GetProperty("tenant").GetString()));
        Assert.DoesNotContain(server.Error, line => line.Contains(Mark, StringComparison.OrdinalIgnoreCase));
    }

    private static Task<JsonElement> Order(HttpClient client, string paymentMethod) => Send(client, HttpMethod.Post, "/v1/orders", new
    {
        customerId = Customer, currency = "GBP", paymentMethod, shippingAddress = $"1 {Mark} Road",
        lines = new[] { new { sku = "tea", quantity = 1, unitPrice = 450, description = $"Engraved: {Mark}" } },
    });

    private static async Task<JsonElement> Send(HttpClient client, HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (method != HttpMethod.Get)
            request.Headers.Add("Idempotency-Key", $"{Guid.NewGuid():n}");
        using var reply = await client.SendAsync(request);
        var text = await reply.Content.ReadAsStringAsync();
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }

    private static IEnumerable<JsonElement> Lines(OrdersProcess server, string order) => server.Error.Where(line => line.StartsWith('{'))
        .Select(line => JsonSerializer.Deserialize<JsonElement>(line)).Where(line => line.TryGetProperty("orderId", out var of) && of.GetString() == order);
}
