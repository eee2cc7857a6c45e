using System.CommandLine;
using System.Text.Json;
using OrleansOrders.Cli.Commands;

namespace OrleansOrders.Cli.Bench;

/// <summary>The verb of the programs beside this one that <see cref="SideProgram"/> calls: one headline, its result as a line of JSON.</summary>
internal static class HeadlineCommand
{
    /// <summary>The variable that names the server to measure on; without it, one is started for the run.</summary>
    public const string Server = "ORDERS_BENCH_POSTGRES";

    public static Command Create(IReadOnlyDictionary<string, ContestFactory> contests)
    {
        var id = new Argument<string>("id") { Description = "The headline." };
        id.AcceptOnlyFromAmong([.. contests.Keys]);
        var (quick, rounds) = (QuickOption(), RoundsOption());
        var command = new Command("headline", $"Measure a headline of `orders bench` and print it as JSON: {string.Join(", ", contests.Keys)}.") { id, quick, rounds };
        command.Does(async (parsed, terminal, cancellation) =>
        {
            var pace = parsed.GetValue(quick) ? Pace.Quick : Pace.Full;
            if (parsed.GetValue(rounds) is { } wanted)
                pace = pace with { Rounds = wanted };
            await using var server = await OpenServer(terminal.Report, cancellation);
            await using var contest = await contests[parsed.GetValue(id)!](server, pace, terminal.Report, cancellation);
            var result = await Contest.Run(contest, pace, terminal.Report, cancellation);
            parsed.InvocationConfiguration.Output.WriteLine(JsonSerializer.Serialize(result, JsonSerializerOptions.Web));
            return Hosting.ExitCodes.Ok;
        });
        return command;
    }

    public static Option<bool> QuickOption() => new("--quick") { Description = "Short rounds." };

    public static Option<int?> RoundsOption()
    {
        var rounds = new Option<int?>("--rounds") { Description = "Rounds that count.", HelpName = "n" };
        CommonOptions.AcceptOnly(rounds, 1, 100);
        return rounds;
    }

    /// <summary>The server of whoever has started this program, else one for this run.</summary>
    public static Task<BenchServer> OpenServer(Action<string> report, CancellationToken cancellation) =>
        Environment.GetEnvironmentVariable(Server) is { Length: > 0 } given
            ? BenchServer.Use(given, cancellation)
            : BenchServer.Start(report, cancellation);
}
