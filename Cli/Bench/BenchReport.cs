using System.Globalization;

namespace OrleansOrders.Cli.Bench;

/// <summary>All that a run found.</summary>
/// <param name="Headlines">By their ids.</param>
/// <param name="NotRun">Headlines that were left out, and why.</param>
/// <param name="Worse">Those below the baseline; null when none was given.</param>
/// <param name="IsInterrupted">It ended before all were measured.</param>
/// <param name="HasFailed">A program that should have measured ended without a figure.</param>
internal sealed record BenchReport(
    IReadOnlyDictionary<string, HeadlineResult> Headlines, IReadOnlyDictionary<string, string> NotRun, Machine Machine, bool IsQuick,
    IReadOnlyList<string>? Worse, bool IsInterrupted, bool HasFailed)
{
    public bool IsGood => !HasFailed && (Worse is null ? Headlines.Values.All(result => result.Met) : Worse.Count == 0);

    public void Write(TextWriter output)
    {
        output.WriteLine($"{Machine.Processor}, {Machine.Cores} cores, PostgreSQL {Machine.PostgreSql}, {Machine.Runtime}; load before {Text(Machine.LoadBefore, 2)}, steal {Text(Machine.StealPercent, 1)}%");
        output.WriteLine();
        output.WriteLine("      ratio   (rounds)        must    aim     product    reference   µs/unit (server)   beside");
        foreach (var (id, result) in Headlines)
        {
            output.WriteLine(
                $"{id,-5} {Text(result.Ratio, 2),5}   {Text(result.Low, 2)} to {Text(result.High, 2),-8} {(result.LessIsBetter ? "≤" : "≥")} {Text(result.Must, 2)}  {Text(result.Aim, 2)}   "
                + $"{Text(result.Product, result.Product < 1_000 ? 1 : 0),9}   {Text(result.Reference, result.Reference < 1_000 ? 1 : 0),9}   "
                + $"{Text(result.CpuMicrosPerUnit, 1),7} ({Text(result.ServerCpuMicrosPerUnit, 1)})   {Text(result.ReferenceCpuMicrosPerUnit, 1),6}   {(result.Met ? "reached" : "MISSED")}");
            output.WriteLine($"      {result.Title}; beside {result.ReferenceTitle} [{result.Unit}]");
        }
        foreach (var (id, why) in NotRun)
            output.WriteLine($"{id,-5} not run: {why}");
        foreach (var line in Worse ?? [])
            output.WriteLine($"WORSE: {line}");
        if (Worse is { Count: 0 })
            output.WriteLine("Nothing is worse than the baseline.");
        if (IsInterrupted)
            output.WriteLine("Interrupted: what is above was measured before.");
    }

    private static string Text(double value, int decimals) => value.ToString($"N{decimals}", CultureInfo.InvariantCulture);
}
