using System.Diagnostics;
using System.Net.Http.Json;

namespace OrleansOrders.Tests.Cluster.Crashes;

/// <summary>Many grains, spread over all silos, that are asked until each has answered.</summary>
internal sealed class StockProbes
{
    private const int Grains = 60;

    private readonly HttpClient client;
    private readonly string run = $"{Guid.NewGuid():n}"[..8];
    private readonly Func<string> log;
    private int sent;

    private StockProbes(HttpClient client, Func<string> log) => (this.client, this.log) = (client, log);

    /// <summary>Makes the grains and has each answer once.</summary>
    public static async Task<StockProbes> Start(ClusterProcesses cluster)
    {
        var probes = new StockProbes(cluster.Client, () => cluster.GatewayLog);
        await probes.UntilAllAnswer();
        return probes;
    }

    /// <returns>How long it took until every grain had answered.</returns>
    public async Task<TimeSpan> UntilAllAnswer()
    {
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Grains).Select(UntilAnswered));
        return clock.Elapsed;
    }

    private async Task UntilAnswered(int grain)
    {
        while (true)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/stock/{run}-{grain}/receipts")
            {
                Content = JsonContent.Create(new { quantity = 1 }),
            };
            request.Headers.Add("Idempotency-Key", $"{run}-{Interlocked.Increment(ref sent)}");
            using var response = await client.SendAsync(request);
            if (response.IsSuccessStatusCode)
                return;
            Assert.True((int)response.StatusCode == 503, $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}\n{log()}");
        }
    }
}
