namespace OrleansOrders.Cli.Bench.Growth;

/// <summary>How long the curves take.</summary>
/// <param name="IsQuick">Fewer points, and no log above 100,000 events.</param>
/// <param name="Time">Of a round at one point, where time is what is given.</param>
/// <param name="EventsPerRound">Where events are.</param>
internal sealed record GrowthPace(bool IsQuick, int Rounds, int LogRounds, TimeSpan Time, int EventsPerRound)
{
    public static GrowthPace Full { get; } = new(false, 4, 7, TimeSpan.FromSeconds(0.8), 12_000);

    public static GrowthPace Quick { get; } = new(true, 3, 5, TimeSpan.FromSeconds(0.4), 6_000);

    /// <summary>Free bytes that the server's folder needs: rows, indexes, and the write-ahead log of the load.</summary>
    public long Room => IsQuick ? 4L << 30 : 32L << 30;
}
