namespace OrleansOrders.Cli.Bench.Growth;

/// <summary>Walks a curve up and down.</summary>
internal static class GrowthRun
{
    /// <param name="rounds">That count; one more comes first, in which code is compiled and caches are filled.</param>
    /// <param name="result">Gets what was measured while the run goes on, so that something is left when it is interrupted.</param>
    public static async Task Walk(ICurve curve, CurveResult result, int rounds, Action<string> report, CancellationToken cancellation)
    {
        await curve.Prepare(report, cancellation);
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var point in Order(curve.Plan.Points.Count, round))
            {
                var samples = await curve.Measure(point, cancellation);
                foreach (var sample in round > 0 ? samples : [])
                    result.Add(point, sample);
                var figures = samples.Select(sample => $"{sample.Series} {sample.Figures[Figures.PerSecond]:n0}/s {sample.Figures[Figures.Processor]:n1} µs");
                report($"{curve.Plan.Id} round {round} at {curve.Plan.Points[point].Label}: {string.Join("; ", figures)}");
            }
        }
    }

    /// <summary>Up, then down, so that a machine that grows slower while the run goes on does not look like growing cost.</summary>
    internal static IEnumerable<int> Order(int points, int round) =>
        round % 2 == 0 ? Enumerable.Range(0, points) : Enumerable.Range(0, points).Reverse();
}
