using System.Diagnostics;

namespace OrleansOrders.Tests.Cli.Client;

/// <summary>Waits for a condition, with a deadline.</summary>
internal static class Wait
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public static async Task Until(Func<bool> condition)
    {
        for (var started = Stopwatch.GetTimestamp(); !condition();)
        {
            if (Stopwatch.GetElapsedTime(started) > Longest)
                throw new TimeoutException("What the test waits for did not come.");
            await Task.Delay(10);
        }
    }
}
