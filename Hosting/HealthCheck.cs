using System.CommandLine;

namespace OrleansOrders.Hosting;

/// <summary>Asks a running program for its health: for containers, whose images hold nothing else that could ask.</summary>
public static class HealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    public static Option<Uri?> CreateOption() => new("--check")
    {
        Description = "Start nothing; ask this address, and end with 0 when it answers well, with 1 when it does not.",
        HelpName = "url",
    };

    /// <returns>The exit code.</returns>
    public static async Task<int> Ask(Uri url, CancellationToken cancellation)
    {
        using var client = new HttpClient { Timeout = Patience };
        try
        {
            using var reply = await client.GetAsync(url, cancellation);
            return reply.IsSuccessStatusCode ? ExitCodes.Ok : ExitCodes.Failed;
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            return ExitCodes.Failed;
        }
    }
}
