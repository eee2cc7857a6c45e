using OrleansOrders.Cli.Bench.Headlines;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Bench;

/// <summary>What is asked of a run.</summary>
/// <param name="Only">The headlines to measure; empty means all.</param>
/// <param name="Baseline">Null when nothing is compared.</param>
internal sealed record BenchPlan(Pace Pace, IReadOnlyCollection<string> Only, Baseline? Baseline)
{
    public bool IsQuick => Pace.IsQuick;

    public bool Wants(string id) => Only.Count == 0 || Only.Contains(id, StringComparer.OrdinalIgnoreCase);
}

/// <summary>Measures one headline after the other.</summary>
internal sealed class BenchRun(BenchServer server, BenchPlan plan, Action<string> report, TimeProvider time)
{
    private readonly Dictionary<string, HeadlineResult> results = [];
    private readonly Dictionary<string, string> notRun = [];
    private readonly List<string> worse = [];
    private bool hasFailed;

    /// <summary>The headlines that this program measures by itself; the others belong to programs beside it.</summary>
    public static IReadOnlyDictionary<string, ContestFactory> Own { get; } =
        new Dictionary<string, ContestFactory>
        {
            ["R1"] = async (server, _, _, cancellation) => await AppendContest.Many(server, cancellation),
            ["R1b"] = async (server, _, _, cancellation) => await AppendContest.Commands(server, cancellation),
            ["R2"] = async (server, pace, report, cancellation) => await LatencyContest.Create(server, report, cancellation),
            ["R3"] = async (server, _, _, cancellation) => await ProjectionContest.Distinct(server, cancellation),
            ["R3b"] = async (server, _, _, cancellation) => await ProjectionContest.Zipf(server, cancellation),
            ["R5"] = async (server, pace, _, cancellation) => await RehydrationContest.Create(server, pace.IsQuick ? 50 : 1_000, cancellation),
            ["R6"] = async (server, _, report, cancellation) => await FulfilmentContest.Standalone(server, report, cancellation),
            ["R6t"] = async (server, _, report, cancellation) => await TracingContest.Create(server, report, cancellation),
        };

    /// <summary>Every headline's id.</summary>
    public static IReadOnlyList<string> Ids { get; } = [.. Own.Keys.Concat(SideProgram.All.SelectMany(program => program.Headlines)).Order(StringComparer.Ordinal)];

    public async Task<BenchReport> Run(CancellationToken cancellation)
    {
        var load = Machine.ReadLoad();
        var before = ProcessorTime.ReadMachine();
        var isInterrupted = false;
        try
        {
            foreach (var id in Own.Keys.Where(plan.Wants))
                await Measure(id, cancellation);
            foreach (var program in SideProgram.All)
                await Measure(program, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            isInterrupted = true;
        }
        var machine = Machine.Describe(await server.ServerVersion(CancellationToken.None), BenchServer.Settings, load, before, time.GetUtcNow());
        return new BenchReport(
            results.OrderBy(result => result.Key, StringComparer.Ordinal).ToDictionary(), notRun, machine, plan.IsQuick, plan.Baseline is null ? null : worse,
            isInterrupted, hasFailed);
    }

    private async Task Measure(string id, CancellationToken cancellation)
    {
        await using var contest = await Own[id](server, plan.Pace, report, cancellation);
        results[id] = await Contest.Run(contest, plan.Pace, report, cancellation);
        if (plan.Baseline?.Judge(id, results[id]) is not { } suspicion)
            return;
        // Once may be a neighbour on the machine; twice is the product.
        report($"{suspicion}: measured again.");
        results[id] = await Contest.Run(contest, plan.Pace, report, cancellation);
        if (plan.Baseline.Judge(id, results[id]) is { } confirmed)
            worse.Add(confirmed);
    }

    private async Task Measure(SideProgram program, CancellationToken cancellation)
    {
        if (!program.Headlines.Any(plan.Wants))
            return;
        if (plan.IsQuick && plan.Only.Count == 0)
        {
            Leave(program, "a quick run leaves out what other programs measure");
            return;
        }
        if (!program.IsBuilt)
        {
            Leave(program, program.WhyNotBuilt);
            return;
        }
        foreach (var id in program.Headlines.Where(plan.Wants))
        {
            try
            {
                results[id] = await program.Measure(id, server, plan.Pace, report, cancellation);
            }
            catch (Failure failure)
            {
                // What was measured before is worth more than this; the run as a whole has failed all the same.
                notRun[id] = failure.Message;
                hasFailed = true;
                continue;
            }
            if (plan.Baseline?.Judge(id, results[id]) is { } behind)
                worse.Add(behind);
        }
    }

    private void Leave(SideProgram program, string why)
    {
        foreach (var id in program.Headlines.Where(plan.Wants))
            notRun[id] = why;
    }
}
