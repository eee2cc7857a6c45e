using System.Globalization;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Client;

/// <summary>Tells a person once that the server is away and once that it is back, however many requests wait for it.</summary>
internal sealed class Outage(Uri url, TimeProvider time, Action<string> report)
{
    private readonly Lock gate = new();
    private long? since;

    /// <param name="patience">How long the request that noticed it goes on.</param>
    public void Begin(string why, TimeSpan patience)
    {
        lock (gate)
        {
            if (since is not null)
                return;
            since = time.GetTimestamp();
        }
        report(string.Create(
            CultureInfo.InvariantCulture, $"The server at {url} does not answer ({why}); trying again for up to {patience.TotalSeconds:0} s."));
    }

    public void End()
    {
        TimeSpan lasted;
        lock (gate)
        {
            if (since is not { } began)
                return;
            lasted = time.GetElapsedTime(began);
            since = null;
        }
        report(string.Create(CultureInfo.InvariantCulture, $"The server answers again, after {lasted.TotalSeconds:0.0} s; going on."));
    }

    public Failure GiveUp(string why) => new(
        ExitCodes.Unreachable, $"The server at {url} does not answer ({why}): start it with ./run, or name another with --url.");
}
