namespace OrleansOrders.Cli.Bench.Growth;

/// <summary>The lengths of a log that its curves compare.</summary>
internal static class LogPoints
{
    private const double LargestCopied = 1e5;

    public static IReadOnlyList<GrowthPoint> Of(GrowthPace pace) => pace.IsQuick
        ? [new(1e3, "1,000"), new(1e4, "10,000"), new(1e5, "100,000")]
        : [new(1e3, "1,000"), new(1e5, "100,000"), new(1e7, "10 million")];

    /// <summary>
    /// Whether what is measured there gets a copy of the log for each series of each round, because the rounds would make it a large
    /// one. A larger one is used as it is: what a round adds is nothing to it.
    /// </summary>
    public static bool IsCopied(GrowthPoint point) => point.X <= LargestCopied;
}
