using System.Diagnostics;
using System.Net.Http.Json;

namespace OrleansOrders.Benchmarks;

/// <summary>How long a lone POST of an order takes on a server that is otherwise idle: one request at a time, ten a second.</summary>
internal static class Latency
{
    private const int Warmup = 100;
    private const int Requests = 500;
    private const int Lines = 3;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    public static async Task<int> Run(string url)
    {
        using var client = new HttpClient { BaseAddress = new Uri(url) };
        var run = $"{Guid.NewGuid():n}";
        for (var line = 0; line < Lines; line++)
            await Post(client, $"/v1/stock/bench-{line}/receipts", $"{run}-stock-{line}", new { quantity = 10 * (Warmup + Requests) });
        var times = new List<double>();
        using var timer = new PeriodicTimer(Interval);
        for (var i = 0; i < Warmup + Requests; i++)
        {
            await timer.WaitForNextTickAsync();
            var watch = Stopwatch.StartNew();
            await Post(client, "/v1/orders", $"{run}-{i}", new
            {
                customerId = $"customer-{i % 50}",
                currency = "GBP",
                paymentMethod = "pm_ok",
                lines = Enumerable.Range(0, Lines).Select(line => new { sku = $"bench-{line}", quantity = 1, unitPrice = 255 }),
            });
            if (i >= Warmup)
                times.Add(watch.Elapsed.TotalMilliseconds);
        }
        times.Sort();
        Console.WriteLine(
            $"{Requests} orders of {Lines} lines, one at a time, one each {Interval.TotalMilliseconds} ms: p50 {At(times, 0.5):n1} ms, "
            + $"p95 {At(times, 0.95):n1} ms, p99 {At(times, 0.99):n1} ms, max {times[^1]:n1} ms");
        return 0;
    }

    private static double At(List<double> sorted, double quantile) => sorted[(int)Math.Ceiling(quantile * sorted.Count) - 1];

    private static async Task Post(HttpClient client, string path, string key, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", key);
        using var response = await client.SendAsync(request);
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException(await response.Content.ReadAsStringAsync());
    }
}
