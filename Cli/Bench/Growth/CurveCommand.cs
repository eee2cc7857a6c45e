using System.CommandLine;
using System.Text.Json;
using OrleansOrders.Cli.Commands;

namespace OrleansOrders.Cli.Bench.Growth;

/// <summary>The verb of the programs beside this one that <see cref="SideProgram"/> calls: one curve, its samples as a line of JSON.</summary>
internal static class CurveCommand
{
    public static Command Create(IReadOnlyDictionary<string, Func<BenchServer, GrowthPace, ICurve>> curves)
    {
        var id = new Argument<string>("id") { Description = "The curve." };
        id.AcceptOnlyFromAmong([.. curves.Keys]);
        var (quick, rounds) = (HeadlineCommand.QuickOption(), HeadlineCommand.RoundsOption());
        var command = new Command("curve", $"Measure a curve of `orders bench growth` and print it as JSON: {string.Join(", ", curves.Keys)}.") { id, quick, rounds };
        command.Does(async (parsed, terminal, cancellation) =>
        {
            var pace = parsed.GetValue(quick) ? GrowthPace.Quick : GrowthPace.Full;
            await using var server = await HeadlineCommand.OpenServer(terminal.Report, cancellation);
            await using var curve = curves[parsed.GetValue(id)!](server, pace);
            var result = new CurveResult(curve.Plan, []);
            await GrowthRun.Walk(curve, result, parsed.GetValue(rounds) ?? pace.Rounds, terminal.Report, cancellation);
            parsed.InvocationConfiguration.Output.WriteLine(JsonSerializer.Serialize(result, JsonSerializerOptions.Web));
            return Hosting.ExitCodes.Ok;
        });
        return command;
    }
}
