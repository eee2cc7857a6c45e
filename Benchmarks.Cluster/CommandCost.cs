using System.Globalization;
using System.Net.Http.Json;
using OrleansOrders.Cli.Bench;

namespace OrleansOrders.Benchmarks.Cluster;

/// <summary>
/// What one command over HTTP costs on the processor in each edition: half of them open a draft, half receive stock, none of
/// which sets off anything else. Processes apart, the database left out, rounds in turn.
/// </summary>
internal static class CommandCost
{
    private const int Rounds = 5;
    private const int CommandsPerRound = 2_000;
    private const int WarmUp = 4_000;
    private const int Callers = 8;
    private const int Skus = 200;
    private const double Most = 2.5;

    public static async Task Run(BenchDatabase database, Report report)
    {
        await using var otherDatabase = await database.Server.CreateDatabase(CancellationToken.None);
        await using var standalone = await EditionProcess.Start("orders", database.ConnectionString, "serve", "--port", "0", "--json");
        await using var silo = await EditionProcess.Start(
            "orders-silo", otherDatabase.ConnectionString, "--silo-port", "0", "--gateway-port", "0", "--http-port", "0", "--dashboard-port", "0");
        await using var gateway = await EditionProcess.Start("orders-gateway", otherDatabase.ConnectionString, "--port", "0");
        using var toStandalone = await Client(standalone);
        using var toCluster = await Client(gateway);
        await Task.WhenAll(Send(toStandalone, WarmUp), Send(toCluster, WarmUp));

        var costs = new Dictionary<EditionProcess, List<double>> { [standalone] = [], [gateway] = [], [silo] = [] };
        for (var round = 0; round < Rounds; round++)
        {
            await Measure(costs, toStandalone, standalone);
            await Measure(costs, toCluster, gateway, silo);
        }
        foreach (var (process, rounds) in costs)
            report.Add($"a command in {process.Name}", "µs of processor", rounds);
        var ratios = Enumerable.Range(0, Rounds).Select(round => (costs[gateway][round] + costs[silo][round]) / costs[standalone][round]);
        report.Judge(
            "cluster to standalone", "times the processor", report.Add("cluster to standalone, rounds", "times", ratios),
            string.Create(CultureInfo.InvariantCulture, $"at most {Most}"), ratios.Order().ElementAt(Rounds / 2) <= Most);
    }

    private static async Task<HttpClient> Client(EditionProcess edition)
    {
        var client = new HttpClient { BaseAddress = new Uri(edition.Ready.GetProperty("url").GetString()!) };
        while (true)
        {
            using var ready = await client.GetAsync("/health/ready");
            if (ready.IsSuccessStatusCode)
                return client;
            await Task.Delay(200);
        }
    }

    private static async Task Measure(Dictionary<EditionProcess, List<double>> costs, HttpClient client, params EditionProcess[] processes)
    {
        var before = processes.Select(process => process.ProcessorTime).ToList();
        await Send(client, CommandsPerRound);
        foreach (var (process, index) in processes.Select((process, index) => (process, index)))
            costs[process].Add((process.ProcessorTime - before[index]).TotalMicroseconds / CommandsPerRound);
    }

    private static async Task Send(HttpClient client, int commands)
    {
        var run = $"{Guid.NewGuid():n}"[..12];
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            for (var number = Interlocked.Increment(ref next); number < commands; number = Interlocked.Increment(ref next))
                await SendOne(client, run, number);
        }));
    }

    private static async Task SendOne(HttpClient client, string run, int number)
    {
        var isOrder = number % 2 == 0;
        object body = isOrder
            ? new { customerId = "17850", currency = "GBP", paymentMethod = "pm_ok", place = false, lines = new[] { new { sku = "85123A", quantity = 6, unitPrice = 255 } } }
            : new { quantity = 1 };
        using var request = new HttpRequestMessage(HttpMethod.Post, isOrder ? "/v1/orders" : $"/v1/stock/sku-{number % Skus}/receipts")
        {
            Content = JsonContent.Create(body),
        };
        request.Headers.Add("Idempotency-Key", $"{run}-{number}");
        using var response = await client.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }
}
