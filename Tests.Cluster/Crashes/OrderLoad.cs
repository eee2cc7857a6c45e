using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cluster.Crashes;

/// <summary>
/// Customers that place orders until they are told to stop, and never give one up: what was not acknowledged is sent again
/// under its key, and one in five of what was acknowledged as well. They order steadily, not as fast as they can: a silo that
/// starts would have to share the processors with what they pile up.
/// </summary>
internal sealed class OrderLoad : IAsyncDisposable
{
    private const int Customers = 6;
    private const int Skus = 20;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentDictionary<string, string> acknowledged = new();
    private readonly ConcurrentQueue<string> surprises = new();
    private readonly HttpClient client;
    private readonly string run = $"{Guid.NewGuid():n}"[..8];
    private Task[] customers = [];
    private int notAnswered;

    private OrderLoad(HttpClient client) => this.client = client;

    /// <summary>Orders by the key that they were acknowledged under.</summary>
    public IReadOnlyDictionary<string, string> Acknowledged => acknowledged;

    /// <summary>Sendings that brought no acknowledgement and were repeated.</summary>
    public int NotAnswered => notAnswered;

    /// <summary>Stocks the shelves and begins.</summary>
    public static async Task<OrderLoad> Start(HttpClient client)
    {
        var load = new OrderLoad(client);
        for (var sku = 0; sku < Skus; sku++)
            await load.Send(HttpMethod.Post, $"/v1/stock/{load.Sku(sku)}/receipts", $"{load.run}-stock-{sku}", new { quantity = 1_000_000 });
        load.customers = [.. Enumerable.Range(0, Customers).Select(number => Task.Run(() => load.Order(number)))];
        return load;
    }

    /// <summary>Waits until so many more orders were acknowledged.</summary>
    public async Task Continue(int orders)
    {
        var wanted = acknowledged.Count + orders;
        await Eventually.True(() => acknowledged.Count >= wanted || customers.All(customer => customer.IsCompleted));
        Assert.True(acknowledged.Count >= wanted, string.Join('\n', surprises));
    }

    /// <summary>Lets everybody finish what they have begun, and says that nothing surprising was answered.</summary>
    public async Task Stop()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(customers);
        Assert.Empty(surprises);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(customers);
        stopping.Dispose();
    }

    private async Task Order(int customer)
    {
        using var pace = new PeriodicTimer(Pace);
        for (var number = 0; !stopping.IsCancellationRequested && surprises.IsEmpty; number++)
        {
            var key = $"{run}-{customer}-{number}";
            var body = new
            {
                customerId = $"c{customer}",
                currency = "GBP",
                paymentMethod = number % 20 == 19 ? "pm_declined" : "pm_ok",
                lines = new[]
                {
                    new { sku = Sku(number % Skus), quantity = 1, unitPrice = 250 },
                    new { sku = Sku((number + customer + 1) % Skus), quantity = 2, unitPrice = 199 },
                },
            };
            var id = await Send(HttpMethod.Post, "/v1/orders", key, body);
            acknowledged[key] = id;
            if (number % 5 == 0 && await Send(HttpMethod.Post, "/v1/orders", key, body) != id)
                surprises.Enqueue($"{key} was acknowledged twice, as different orders.");
            await pace.WaitForNextTickAsync();
        }
    }

    /// <returns>The id in the answer, or nothing when the answer has none.</returns>
    private async Task<string> Send(HttpMethod method, string path, string key, object body)
    {
        while (true)
        {
            try
            {
                using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
                request.Headers.Add("Idempotency-Key", key);
                using var response = await client.SendAsync(request);
                var text = await response.Content.ReadAsStringAsync();
                if (response.IsSuccessStatusCode)
                    return JsonSerializer.Deserialize<JsonElement>(text).TryGetProperty("id", out var id) ? id.GetString()! : "";
                if (response.StatusCode is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout or HttpStatusCode.Conflict))
                {
                    surprises.Enqueue($"{key}: {(int)response.StatusCode} {text}");
                    return "";
                }
            }
            catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
            {
                // Not answered: unknown, and sent again.
            }
            Interlocked.Increment(ref notAnswered);
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    private string Sku(int number) => $"{run}-sku-{number}";
}
