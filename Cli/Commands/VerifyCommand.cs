using System.CommandLine;
using Npgsql;
using OrleansOrders.Cli.Verify;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Commands;

/// <summary>Checks the invariants over the whole database, a line each.</summary>
internal static class VerifyCommand
{
    private static readonly Option<bool> LogOnly = new("--log-only")
    {
        Description = "Leave the read models out: faster, and nothing is written.",
    };

    public static Command Create()
    {
        var command = new Command("verify", "Check every invariant over the whole database; exit code 1 when one is violated.")
        {
            CommonOptions.Data, LogOnly,
        };
        command.Does(async (parsed, terminal, cancellation) =>
        {
            await using var database = await Database.Visit(parsed.GetValue(CommonOptions.Data)!, terminal, cancellation);
            await using var source = NpgsqlDataSource.Create(database.ConnectionString);
            // Tables beside the read models, for the comparison, are made by whoever makes them at other times.
            var connections = await database.Logins.Find(cancellation);
            var report = await new Verification(source, connections.Projector, TimeProvider.System)
                .Run(parsed.GetValue(LogOnly), what => terminal.Report($"Checking {what} ..."), cancellation);
            terminal.Print(report, output => Write(output, report));
            return report.Ok ? ExitCodes.Ok : ExitCodes.Failed;
        });
        return command;
    }

    public static void Write(TextWriter output, VerificationReport report)
    {
        foreach (var invariant in report.Invariants)
        {
            var verdict = invariant.Verdict switch { Verdict.Ok => "ok", Verdict.Violated => "VIOLATED", Verdict.Warning => "warning", _ => "-" };
            output.WriteLine($"{invariant.Number,-2} {verdict,-8}  {invariant.Name}: {invariant.Counts}");
            foreach (var first in invariant.First)
                output.WriteLine($"             {first}");
            if (invariant.Violations > invariant.First.Count)
                output.WriteLine($"             and {invariant.Violations - invariant.First.Count} more");
        }
    }
}
