using System.CommandLine;
using OrleansOrders.Cli.Bench;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Commands;

/// <summary>Measures the product beside what the machine can do, on a server that it starts and throws away.</summary>
internal static class BenchCommand
{
    private const double DefaultTolerance = 10;
    private const long Gigabyte = 1024L * 1024 * 1024;

    private static readonly Option<bool> Quick = new("--quick") { Description = "Short rounds, and only what this program measures by itself: less than a minute in all." };

    private static readonly Option<string[]> Only = new("--only")
    {
        Description = $"Only these headlines: {string.Join(", ", BenchRun.Ids)}.", HelpName = "id", AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<int?> Rounds = new("--rounds") { Description = "Rounds of each headline. Default: 5", HelpName = "n" };

    private static readonly Option<string?> Compare = new("--compare")
    {
        Description = "What --json printed before: the exit code is 1 when a ratio has fallen behind, whatever the targets are.", HelpName = "file",
    };

    private static readonly Option<double> Tolerance = new("--tolerance")
    {
        Description = $"The percentage of a ratio that may be lost. Default: {DefaultTolerance}", HelpName = "percent", DefaultValueFactory = _ => DefaultTolerance,
    };

    private static readonly Option<string?> Postgres = new("--postgres")
    {
        Description = "Measure on this server instead of a private one: databases are made and dropped there. Needs --yes.", HelpName = "connection",
    };

    private static readonly Option<bool> Yes = new("--yes") { Description = "The server of --postgres is mine, and may be loaded." };

    public static Command Create()
    {
        CommonOptions.AcceptOnly(Rounds, 1, 100);
        var command = new Command("bench", "Measure the product beside what PostgreSQL can do on this machine.")
        {
            Quick, Only, Rounds, Compare, Tolerance, Postgres, Yes, BenchGrowthCommand.Create(),
        };
        command.Does(async (parsed, terminal, cancellation) =>
        {
            var plan = Read(parsed);
            BenchGrowthCommand.CheckRoom(new DriveInfo(Path.GetTempPath()).AvailableFreeSpace, (plan.IsQuick ? 4 : 16) * Gigabyte);
            await using var server = parsed.GetValue(Postgres) is { } given
                ? await BenchServer.Use(given, cancellation)
                : await BenchServer.Start(terminal.Report, cancellation);
            var report = await new BenchRun(server, plan, terminal.Report, TimeProvider.System).Run(cancellation);
            terminal.Print(report, report.Write);
            cancellation.ThrowIfCancellationRequested();
            return report.IsGood ? ExitCodes.Ok : ExitCodes.Failed;
        });
        return command;
    }

    private static BenchPlan Read(ParseResult parsed)
    {
        var only = parsed.GetValue(Only)!;
        if (only.Except(BenchRun.Ids, StringComparer.OrdinalIgnoreCase).FirstOrDefault() is { } unknown)
            throw new Failure(ExitCodes.BadInput, $"--only {unknown} is not a headline; there are {string.Join(", ", BenchRun.Ids)}.");
        var tolerance = parsed.GetValue(Tolerance);
        if (tolerance is not (>= 0 and < 100))
            throw new Failure(ExitCodes.BadInput, "--tolerance is a percentage from 0 to below 100.");
        if (parsed.GetValue(Postgres) is not null && !parsed.GetValue(Yes))
            throw new Failure(ExitCodes.BadInput, "--postgres names a server that this command did not start: give --yes if it is yours and may be loaded.");
        var pace = parsed.GetValue(Quick) ? Pace.Quick : Pace.Full;
        if (parsed.GetValue(Rounds) is { } rounds)
            pace = pace with { Rounds = rounds };
        var baseline = parsed.GetValue(Compare) is { } file ? Baseline.Read(file, tolerance / 100) : null;
        return new BenchPlan(pace, only, baseline);
    }
}
