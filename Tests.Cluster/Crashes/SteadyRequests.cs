using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;

namespace OrleansOrders.Tests.Cluster.Crashes;

/// <summary>Requests at a rate that no slow answer holds up, each sent once: what fails has failed.</summary>
internal sealed class SteadyRequests : IAsyncDisposable
{
    private const int Grains = 200;

    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentQueue<string> failures = new();
    private readonly HttpClient client;
    private readonly string run = $"{Guid.NewGuid():n}"[..8];
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly Task sending;
    private int answered;

    private SteadyRequests(HttpClient client, int perSecond)
    {
        this.client = client;
        sending = Task.Run(() => Send(perSecond));
    }

    public int Answered => answered;

    /// <summary>Requests a second that were answered.</summary>
    public double Rate => answered / clock.Elapsed.TotalSeconds;

    public static SteadyRequests Start(HttpClient client, int perSecond) => new(client, perSecond);

    /// <summary>Sends no more, and waits for what is on its way.</summary>
    public async Task<IReadOnlyCollection<string>> Stop()
    {
        await stopping.CancelAsync();
        await sending;
        return failures;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        stopping.Dispose();
    }

    private async Task Send(int perSecond)
    {
        var requests = new List<Task>();
        for (var number = 0; !stopping.IsCancellationRequested; number++)
        {
            var due = TimeSpan.FromSeconds((double)number / perSecond) - clock.Elapsed;
            if (due > TimeSpan.Zero)
                await Task.Delay(due);
            requests.Add(SendOne(number));
        }
        await Task.WhenAll(requests);
    }

    private async Task SendOne(int number)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/stock/{run}-{number % Grains}/receipts")
            {
                Content = JsonContent.Create(new { quantity = 1 }),
            };
            request.Headers.Add("Idempotency-Key", $"{run}-{number}");
            using var response = await client.SendAsync(request);
            if (response.IsSuccessStatusCode)
                Interlocked.Increment(ref answered);
            else
                failures.Enqueue($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            failures.Enqueue(failure.Message);
        }
    }
}
