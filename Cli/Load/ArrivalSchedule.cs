namespace OrleansOrders.Cli.Load;

/// <summary>
/// When requests arrive: at a fixed mean rate, with exponentially distributed gaps, as people do who know nothing of each
/// other. Follows from the seed alone, so nothing that a server does can move an arrival.
/// </summary>
public sealed class ArrivalSchedule(double ratePerSecond, int seed)
{
    private readonly Random random = new(seed);
    private double seconds;

    /// <summary>The next arrival, counted from the beginning.</summary>
    public TimeSpan Next()
    {
        seconds -= Math.Log(1 - random.NextDouble()) / ratePerSecond;
        return TimeSpan.FromSeconds(seconds);
    }
}
