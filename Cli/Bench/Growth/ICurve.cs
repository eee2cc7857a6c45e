namespace OrleansOrders.Cli.Bench.Growth;

/// <summary>How the cost of something grows along one axis.</summary>
internal interface ICurve : IAsyncDisposable
{
    CurvePlan Plan { get; }

    /// <summary>Fills the databases that the rounds need.</summary>
    Task Prepare(Action<string> report, CancellationToken cancellation);

    /// <summary>One short round at one point: a sample of each series.</summary>
    Task<IReadOnlyList<Sample>> Measure(int point, CancellationToken cancellation);
}

/// <summary>What a curve is about, and how it is drawn.</summary>
/// <param name="Id">As <c>--only</c> names it.</param>
/// <param name="Axis">What grows.</param>
internal sealed record CurvePlan(string Id, string Title, string Axis, IReadOnlyList<GrowthPoint> Points, IReadOnlyList<ChartPlan> Charts);

/// <summary>A place on the axis.</summary>
internal sealed record GrowthPoint(double X, string Label);

/// <param name="File">Its name without ending.</param>
internal sealed record ChartPlan(string File, string Title, string YTitle, bool IsLogarithmic, params ChartLine[] Lines);

/// <summary>A figure of a series, as a line.</summary>
internal sealed record ChartLine(string Series, string Figure, string Name);

/// <summary>What one round has shown of one series at one point.</summary>
internal sealed record Sample(string Series, IReadOnlyDictionary<string, double> Figures)
{
    /// <summary>Rate and processor time, as every series has them.</summary>
    public static Sample From(string series, Measured measured, params (string Name, double Value)[] more)
    {
        var figures = new Dictionary<string, double>
        {
            [Growth.Figures.PerSecond] = measured.Value,
            [Growth.Figures.Processor] = measured.ProcessorMicros,
            [Growth.Figures.Server] = measured.ServerMicros,
        };
        if (measured.Batch is { } batch)
            figures[Growth.Figures.Batch] = batch;
        foreach (var (name, value) in more)
            figures[name] = value;
        return new Sample(series, figures);
    }
}

/// <summary>Names of figures, as <c>growth.json</c> has them.</summary>
internal static class Figures
{
    public const string PerSecond = "perSecond";

    /// <summary>Of this process and the server's, for each unit.</summary>
    public const string Processor = "cpuMicrosPerUnit";

    public const string Server = "serverCpuMicrosPerUnit";

    public const string Batch = "batch";

    public const string P50 = "p50Millis";

    public const string P99 = "p99Millis";

    public const string Megabytes = "megabytesPerSecond";

    /// <summary>For one whole stream.</summary>
    public const string MillisPerStream = "millisPerStream";
}
