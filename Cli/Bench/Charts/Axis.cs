namespace OrleansOrders.Cli.Bench.Charts;

/// <summary>One axis of a chart.</summary>
/// <param name="Title">What is counted, with its unit.</param>
/// <param name="IsLogarithmic">Equal factors are equally far apart; every value is above 0 then.</param>
internal sealed record Axis(string Title, bool IsLogarithmic = false)
{
    /// <summary>The only marks on it; null for marks at round numbers.</summary>
    public IReadOnlyList<Tick>? Ticks { get; init; }
}

/// <summary>A mark on an axis.</summary>
internal sealed record Tick(double At, string Label);
