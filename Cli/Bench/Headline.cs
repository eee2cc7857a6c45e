namespace OrleansOrders.Cli.Bench;

/// <summary>A claim: the product beside a reference, on the same server in the same minutes.</summary>
/// <param name="Id">R1, R2, ...</param>
/// <param name="Unit">Of both figures.</param>
/// <param name="Must">The ratio that has to be reached.</param>
/// <param name="Aim">The ratio that is aimed at.</param>
internal sealed record Headline(string Id, string Title, string Reference, string Unit, double Must, double Aim)
{
    /// <summary>A latency: the ratio must not be above the target.</summary>
    public bool LessIsBetter { get; init; }

    public bool IsMet(double ratio) => LessIsBetter ? ratio <= Must : ratio >= Must;
}

/// <summary>What the rounds of a headline have shown. Figures are medians; the ratio is that of the rounds' ratios.</summary>
internal sealed record HeadlineResult(
    string Title, string ReferenceTitle, string Unit, double Ratio, double Low, double High, double Must, double Aim, bool Met, double Product,
    double Reference, double CpuMicrosPerUnit, double ServerCpuMicrosPerUnit, double ReferenceCpuMicrosPerUnit, double? Batch,
    double? ReferenceBatch, IReadOnlyList<double> Ratios)
{
    public bool LessIsBetter { get; init; }

    public static HeadlineResult From(Headline headline, IReadOnlyList<(Measured Product, Measured Reference)> rounds)
    {
        var ratios = rounds.Select(round => round.Product.Value / round.Reference.Value).ToList();
        var ratio = Median(ratios);
        return new HeadlineResult(
            headline.Title, headline.Reference, headline.Unit, ratio, ratios.Min(), ratios.Max(), headline.Must, headline.Aim, headline.IsMet(ratio),
            Median(rounds.Select(round => round.Product.Value)), Median(rounds.Select(round => round.Reference.Value)),
            Median(rounds.Select(round => round.Product.ProcessorMicros)), Median(rounds.Select(round => round.Product.ServerMicros)),
            Median(rounds.Select(round => round.Reference.ProcessorMicros)),
            MedianOrNull(rounds.Select(round => round.Product.Batch)), MedianOrNull(rounds.Select(round => round.Reference.Batch)), ratios)
        {
            LessIsBetter = headline.LessIsBetter,
        };
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    private static double? MedianOrNull(IEnumerable<double?> values) =>
        values.OfType<double>().ToList() is { Count: > 0 } known ? Median(known) : null;
}
