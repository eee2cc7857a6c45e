using System.CommandLine;
using OrleansOrders.Cli.Bench;
using OrleansOrders.Cli.Bench.Headlines;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Commands;

/// <summary>Measures the product beside what the machine can do.</summary>
internal static class BenchCommand
{
    private static readonly Option<bool> Quick = new("--quick") { Description = "Short rounds: less than a minute in all." };
    private static readonly Option<string[]> Only = new("--only") { Description = "Only these headlines.", HelpName = "R1", AllowMultipleArgumentsPerToken = true };

    public static Command Create()
    {
        var command = new Command("bench", "Measure beside what PostgreSQL can do on this machine.") { Quick, Only };
        command.Does(async (parsed, terminal, cancellation) =>
        {
            await using var server = await BenchServer.Start(terminal.Report, cancellation);
            var pace = parsed.GetValue(Quick) ? Pace.Quick : Pace.Full;
            var results = new Dictionary<string, HeadlineResult>();
            var only = parsed.GetValue(Only)!;
            (string Id, Func<Task<IContest>> Make)[] contests =
            [
                ("R1", async () => await AppendContest.Many(server, cancellation)),
                ("R1b", async () => await AppendContest.Commands(server, cancellation)),
                ("R3", async () => await ProjectionContest.Distinct(server, cancellation)),
                ("R3b", async () => await ProjectionContest.Zipf(server, cancellation)),
                ("R5", async () => await RehydrationContest.Create(server, 200, cancellation)),
                ("R6", async () => await FulfilmentContest.Create(server, terminal.Report, cancellation)),
            ];
            foreach (var (id, make) in contests.Where(contest => only.Length == 0 || only.Contains(contest.Id)))
            {
                await using var contest = await make();
                results[id] = await Contest.Run(contest, pace, terminal.Report, cancellation);
            }
            terminal.Print(new { headlines = results }, output =>
            {
                foreach (var (id, result) in results)
                    output.WriteLine($"{id} {result.Ratio:n2} ({result.Low:n2} to {result.High:n2})");
            });
            return ExitCodes.Ok;
        });
        return command;
    }
}
