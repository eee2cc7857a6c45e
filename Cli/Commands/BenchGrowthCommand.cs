using System.CommandLine;
using System.Globalization;
using OrleansOrders.Cli.Bench;
using OrleansOrders.Cli.Bench.Growth;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Commands;

/// <summary>Measures how cost grows, and draws it.</summary>
internal static class BenchGrowthCommand
{
    /// <summary>The curves that this program measures by itself; the others belong to programs beside it.</summary>
    private static readonly (string Id, Func<BenchServer, GrowthPace, ICurve> Make)[] Own =
    [
        ("log", static (server, pace) => new LogCurve(server, pace)),
        ("orders", static (server, pace) => new OrdersCurve(server, pace)),
        ("callers", static (server, pace) => new CallersCurve(server, pace)),
        ("payload", static (server, pace) => new PayloadCurve(server, pace)),
        ("length", static (server, pace) => new LengthCurve(server, pace)),
    ];

    private static readonly Option<string?> Out = new("--out")
    {
        Description = "Where charts and growth.json go. Default: Benchmarks/results/<date>-growth",
        HelpName = "folder",
    };

    private static readonly Option<string[]> Only = CreateOnly();

    private static readonly Option<bool> Quick = new("--quick") { Description = "Fewer points, short rounds, at most 100,000 events in a log: about a minute." };

    private static readonly Option<int?> Rounds = new("--rounds") { Description = "Rounds of each curve. Default: 7 of the log's, 4 of the others", HelpName = "n" };

    public static Command Create()
    {
        CommonOptions.AcceptOnly(Rounds, 1, 100);
        var command = new Command("growth", "Measure how cost grows with the log, its orders, the callers, the data and the streams; draw the curves.") { Out, Only, Quick, Rounds };
        command.Does(async (parsed, terminal, cancellation) =>
        {
            var pace = parsed.GetValue(Quick) ? GrowthPace.Quick : GrowthPace.Full;
            var folder = parsed.GetValue(Out) ?? Line($"Benchmarks/results/{TimeProvider.System.GetUtcNow():yyyy-MM-dd}-growth");
            CheckFolder(folder);
            CheckRoom(new DriveInfo(Path.GetTempPath()).AvailableFreeSpace, pace.Room);
            var only = parsed.GetValue(Only)!;
            var results = new List<CurveResult>();
            try
            {
                await using var server = await BenchServer.Start(terminal.Report, cancellation);
                var describe = await Describe(server, cancellation);
                foreach (var make in Own.Where(curve => only.Length == 0 || only.Contains(curve.Id)).Select(curve => curve.Make))
                {
                    await using var curve = make(server, pace);
                    results.Add(new CurveResult(curve.Plan, []));
                    await GrowthRun.Walk(curve, results[^1], parsed.GetValue(Rounds) ?? (curve is LogCurve ? pace.LogRounds : pace.Rounds), terminal.Report, cancellation);
                    GrowthReport.Save(folder, ToReport(describe(), results), results);
                }
                foreach (var (program, curve) in FindCurves(only, pace, terminal.Report))
                {
                    var rounds = parsed.GetValue(Rounds) is { } wanted ? pace with { Rounds = wanted } : pace;
                    results.Add(await program.Walk(curve, server, rounds, terminal.Report, cancellation));
                    GrowthReport.Save(folder, ToReport(describe(), results), results);
                }
                return Conclude(terminal, folder, ToReport(describe(), results), results);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                terminal.Report($"Interrupted. Curves that were finished are in {folder}. What was measured until then:");
                GrowthReport.Write(terminal.Error, results, Judge(results));
                throw;
            }
        });
        return command;
    }

    /// <exception cref="Failure">There is less than what is needed.</exception>
    internal static void CheckRoom(long free, long needed)
    {
        if (free < needed)
            throw new Failure(ExitCodes.BadInput, Line($"{Path.GetTempPath()} has {free / 1e9:n0} GB free and the run needs {needed / 1e9:n0}: make room, name another place with TMPDIR, or use --quick."));
    }

    // As with headlines, a quick run leaves out what other programs measure, unless it is named.
    private static IEnumerable<(SideProgram Program, string Curve)> FindCurves(string[] only, GrowthPace pace, Action<string> report)
    {
        foreach (var program in SideProgram.All)
        {
            foreach (var curve in program.Curves.Where(curve => only.Length == 0 ? !pace.IsQuick : only.Contains(curve)))
            {
                if (program.IsBuilt)
                    yield return (program, curve);
                else
                    report($"The curve '{curve}' is left out: {program.WhyNotBuilt}");
            }
        }
    }

    private static async Task<Func<Machine>> Describe(BenchServer server, CancellationToken cancellation)
    {
        var (load, before, version) = (Machine.ReadLoad(), ProcessorTime.ReadMachine(), await server.ServerVersion(cancellation));
        return () => Machine.Describe(version, BenchServer.Settings, load, before, TimeProvider.System.GetUtcNow());
    }

    private static object ToReport(Machine machine, List<CurveResult> results) => GrowthReport.ToObject(machine, results, Judge(results));

    private static List<Verdict> Judge(List<CurveResult> results) =>
        [.. results.Where(result => result.Plan.Id == "log").SelectMany(result => GrowthJudge.Judge(result, [LogCurve.Append, LogCurve.Command]))];

    private static int Conclude(Terminal terminal, string folder, object report, List<CurveResult> results)
    {
        var verdicts = Judge(results);
        terminal.Print(report, output =>
        {
            GrowthReport.Write(output, results, verdicts);
            output.WriteLine($"Charts: {folder}");
        });
        return verdicts.TrueForAll(verdict => verdict.Reached) ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static void CheckFolder(string folder)
    {
        if (folder.Length == 0 || File.Exists(folder))
            throw new Failure(ExitCodes.BadInput, $"--out '{folder}' is no folder: name one that is there or can be made.");
        Directory.CreateDirectory(folder);
    }

    private static Option<string[]> CreateOnly()
    {
        var only = new Option<string[]>("--only") { Description = "Only these curves.", HelpName = "curve", AllowMultipleArgumentsPerToken = true };
        only.AcceptOnlyFromAmong([.. Own.Select(curve => curve.Id), .. SideProgram.All.SelectMany(program => program.Curves)]);
        return only;
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
