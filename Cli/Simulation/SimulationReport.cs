using OrleansOrders.Cli.Verify;

namespace OrleansOrders.Cli.Simulation;

/// <summary>What `orders simulate` says; the record is the JSON.</summary>
/// <param name="First">The first seed.</param>
/// <param name="Seeds">How many were asked for.</param>
/// <param name="Done">How many were run.</param>
/// <param name="Digest">The same wherever the same seeds are run with the same version.</param>
internal sealed record SimulationReport(
    bool Ok, long First, long Seeds, long Done, double Seconds, double SeedsPerSecond, long Commands, long Events, double SimulatedHours, string Digest,
    IReadOnlyDictionary<string, long> Faults, IReadOnlyList<ShrunkSeed> Failures)
{
    public static SimulationReport From(RangeResult result, TimeSpan elapsed, IReadOnlyList<ShrunkSeed> failures) => new(
        failures.Count == 0, result.First, result.Wanted, result.Done, Math.Round(elapsed.TotalSeconds, 1),
        Math.Round(result.Done / Math.Max(0.001, elapsed.TotalSeconds), 1), result.Commands, result.Events,
        Math.Round(result.Simulated.TotalHours, 1), result.Digest, result.Faults, failures);
}

/// <summary>The same for people.</summary>
internal static class SimulationText
{
    public static void Write(TextWriter output, SimulationReport report)
    {
        foreach (var failure in report.Failures)
            Write(output, failure);
        output.WriteLine(FormattableString.Invariant(
            $"{report.Done} of {report.Seeds} seeds from {report.First} in {report.Seconds} s, {report.SeedsPerSecond}/s: {report.Commands} commands, {report.Events} events, {report.SimulatedHours} hours of simulated time, digest {report.Digest}."));
        output.WriteLine($"Faults: {string.Join(", ", report.Faults.Select(fault => FormattableString.Invariant($"{fault.Key} {fault.Value}")))}");
        output.WriteLine(report.Ok ? "All invariants hold." : FormattableString.Invariant($"{report.Failures.Count} seeds do not hold."));
    }

    private static void Write(TextWriter output, ShrunkSeed failure)
    {
        output.WriteLine(FormattableString.Invariant(
            $"Seed {failure.Seed} does not hold. With {failure.Commands} commands and {failure.Faults} faults, after {failure.Runs} tries to leave something out:"));
        foreach (var line in failure.History)
            output.WriteLine($"  {line}");
        foreach (var report in failure.Broken)
        {
            output.WriteLine(FormattableString.Invariant($"  {report.Number} VIOLATED  {report.Name}: {report.Counts}"));
            foreach (var first in report.First)
                output.WriteLine($"      {first}");
        }
        output.WriteLine($"Again: ./{failure.Replay}");
    }
}
