using OrleansOrders.Cli.Import;

namespace OrleansOrders.Cli.Load;

/// <summary>Milliseconds from the moment a request was due to the end of its reply.</summary>
public sealed record LatencyReport(double P50, double P95, double P99, double Max)
{
    internal static LatencyReport Of(LatencyHistogram latency) => new(
        Millis(latency.Percentile(0.5)), Millis(latency.Percentile(0.95)), Millis(latency.Percentile(0.99)), Millis(latency.Maximum));

    private static double Millis(TimeSpan latency) => Math.Round(latency.TotalMilliseconds, 2);
}

/// <summary>What came of the requests of one kind.</summary>
/// <param name="Count">All that were sent.</param>
/// <param name="Refused">By code: what the rules forbade, and what was not sent because no order had come far enough.</param>
/// <param name="Errors">By status and code: everything else.</param>
public sealed record KindReport(
    string Kind, long Count, long Done, IReadOnlyList<RefusedCount> Refused, IReadOnlyList<RefusedCount> Errors, LatencyReport Latency)
{
    internal static KindReport Of(LoadKind kind, LoadTally tally)
    {
        var (refused, errors) = (tally.Refused, tally.Errors);
        return new KindReport(
            LoadMix.NameOf(kind), tally.Done + Sum(refused) + Sum(errors), tally.Done, refused, errors, LatencyReport.Of(tally.Latency));
    }

    internal static long Sum(IReadOnlyList<RefusedCount> counts) => counts.Sum(count => count.Count);
}

/// <summary>What a load measured; the record is the JSON.</summary>
/// <param name="Run">In the keys of all its requests, <c>load:{run}:...</c>.</param>
/// <param name="Rate">Arrivals per second that were asked for.</param>
/// <param name="Seconds">How long arrivals went on.</param>
/// <param name="IsInterrupted">It ended before its time; everything else is what was measured until then.</param>
/// <param name="NotSent">Arrivals that were due while too many waited for their reply; errors.</param>
/// <param name="Errors">Of all kinds, with those that were not sent.</param>
/// <param name="Latency">Of all arrivals.</param>
/// <param name="SendDelay">The part of it that passed before the request was sent: what the load generator itself adds.</param>
/// <param name="GeneratorCpuMicros">Processor time of this process for each arrival.</param>
/// <param name="SettledSeconds">From the last reply until every order was fulfilled and projected; null when nobody waited for it.</param>
/// <param name="Verify"><c>holds</c>, <c>violated: ...</c> or <c>not run: ...</c>.</param>
public sealed record LoadReport(
    string Url, string Run, int Seed, int Rate, double Seconds, bool IsInterrupted, PreparationReport Prepared, long Arrivals, long NotSent,
    long Errors, LatencyReport Latency, LatencyReport SendDelay, double GeneratorCpuMicros, IReadOnlyList<KindReport> Kinds, Lag LargestLag,
    Lag? LagAtEnd, double? SettledSeconds, string Verify, Verify.VerificationReport? Verification);
