using System.CommandLine;
using System.Globalization;
using OrleansOrders.Cli.Client;
using OrleansOrders.Cli.Simulation;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Commands;

/// <summary>Runs the whole system in a simulated world, seed by seed, and judges every one by the invariants.</summary>
internal static class SimulateCommand
{
    private const int MostFailures = 5;

    private static readonly Option<long> Seeds = Number("--seeds", "How many seeds to run.", 1_000, 1);

    private static readonly Option<long> First = Number("--first", "The first of them; the same seed is the same run, everywhere.", 1, 0);

    public static Command Create()
    {
        var command = new Command("simulate", "Run the system in a simulated world where everything goes wrong; exit code 1 when an invariant is violated.")
        {
            Seeds, First,
        };
        command.Does(async (parsed, terminal, cancellation) =>
        {
            using var stop = new StopSignal(cancellation);
            var report = await Task.Run(() => Run(parsed.GetValue(First), parsed.GetValue(Seeds), terminal, stop.Token), CancellationToken.None);
            terminal.Print(report, output => SimulationText.Write(output, report));
            return report.Failures.Count > 0 ? ExitCodes.Failed
                : report.Done < report.Seeds ? ErrorLine.Interrupted
                : ExitCodes.Ok;
        });
        return command;
    }

    private static SimulationReport Run(long first, long seeds, Terminal terminal, CancellationToken stop)
    {
        var time = TimeProvider.System;
        var started = time.GetTimestamp();
        using var progress = new Progress(terminal.Error, Progress.IsTerminal(terminal.Error), time);
        progress.Begin("Simulating", seeds);
        var result = SeedRange.Run(first, seeds, Wiring.Sound, Environment.ProcessorCount, MostFailures, () => progress.Advance(), stop);
        var failures = new List<ShrunkSeed>();
        foreach (var failed in result.Failed)
        {
            progress.Begin($"Shrinking seed {failed.Seed}", 0);
            failures.Add(Shrinker.Shrink(failed, Wiring.Sound, () => progress.Advance(), stop));
        }
        progress.End();
        return SimulationReport.From(result, time.GetElapsedTime(started), failures);
    }

    private static Option<long> Number(string name, string description, long standard, long least)
    {
        var option = new Option<long>(name)
        {
            Description = $"{description} Default: {standard.ToString(CultureInfo.InvariantCulture)}",
            HelpName = "number",
            DefaultValueFactory = _ => standard,
        };
        option.Validators.Add(result =>
        {
            if (long.TryParse(result.Tokens.FirstOrDefault()?.Value, CultureInfo.InvariantCulture, out var number) && (number < least || number > int.MaxValue))
                result.AddError($"{name} is a number from {least} to {int.MaxValue}.");
        });
        return option;
    }
}
