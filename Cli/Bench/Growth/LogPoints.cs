namespace OrleansOrders.Cli.Bench.Growth;

/// <summary>The lengths of a log that its curves compare.</summary>
internal static class LogPoints
{
    public static IReadOnlyList<GrowthPoint> Of(GrowthPace pace) => pace.IsQuick
        ? [new(1e3, "1,000"), new(1e4, "10,000"), new(1e5, "100,000")]
        : [new(1e3, "1,000"), new(1e5, "100,000"), new(1e7, "10 million")];
}
