using OrleansOrders.Cli.Verify;

namespace OrleansOrders.Cli.Simulation;

/// <summary>A seed that fails, with all left out that it does not need for that.</summary>
/// <param name="Runs">How often it was run to find out.</param>
/// <param name="History">What happens in the shortest run that fails in the same way.</param>
internal sealed record ShrunkSeed(
    long Seed, IReadOnlyList<InvariantReport> Broken, int Commands, int Faults, int Runs, IReadOnlyList<string> History)
{
    /// <summary>What repeats it, shrinking included.</summary>
    public string Replay => $"orders simulate --first {Seed} --seeds 1";
}

/// <summary>
/// Leaves out commands and faults of a failing seed as long as the same invariant still breaks. It tries in a fixed order
/// and follows no clock, so that it ends the same every time.
/// </summary>
internal sealed class Shrinker
{
    private const int MostRuns = 400;

    private readonly long seed;
    private readonly int invariant;
    private readonly Wiring wiring;
    private readonly Action advance;
    private readonly CancellationToken stop;
    private Leaving leaving = Leaving.Nothing;
    private SeedResult best;
    private int runs;

    private Shrinker(SeedResult failed, Wiring wiring, Action advance, CancellationToken stop)
    {
        (seed, best, this.wiring, this.advance, this.stop) = (failed.Seed, failed, wiring, advance, stop);
        invariant = failed.Broken[0].Number;
    }

    /// <param name="advance">Told of every try.</param>
    /// <param name="stop">Ends the trying; what was found until then is given.</param>
    public static ShrunkSeed Shrink(SeedResult failed, Wiring wiring, Action advance, CancellationToken stop)
    {
        var shrinker = new Shrinker(failed, wiring, advance, stop);
        shrinker.LeaveOutKinds();
        for (var before = -1; before != shrinker.LeftOut;)
        {
            before = shrinker.LeftOut;
            shrinker.LeaveOutCommands();
            shrinker.LeaveOutFaults();
        }
        var trace = new Trace();
        var last = SeedRun.Run(failed.Seed, shrinker.leaving, wiring, trace);
        return new ShrunkSeed(
            failed.Seed, last.Broken, last.Commands - shrinker.leaving.Commands.Count, last.Faults.Count, shrinker.runs, trace.Lines);
    }

    private int LeftOut => leaving.Commands.Count + leaving.Faults.Count + leaving.Kinds.Count;

    private void LeaveOutKinds()
    {
        foreach (var kind in best.Faults.Select(fault => fault.Kind).Distinct().Order().ToList())
            Try(leaving with { Kinds = new HashSet<FaultKind>(leaving.Kinds) { kind } });
    }

    private void LeaveOutCommands() => LeaveOut(
        [.. Enumerable.Range(0, best.Commands).Where(index => !leaving.Commands.Contains(index))],
        some => leaving with { Commands = new HashSet<int>([.. leaving.Commands, .. some]) });

    private void LeaveOutFaults() => LeaveOut(
        [.. best.Faults.Select(fault => fault.Id)], some => leaving with { Faults = new HashSet<ulong>([.. leaving.Faults, .. some]) });

    /// <summary>Halves first, then smaller parts, then one by one.</summary>
    private void LeaveOut<T>(IReadOnlyList<T> all, Func<IEnumerable<T>, Leaving> without)
    {
        var left = all.ToList();
        for (var size = Math.Max(1, left.Count / 2); left.Count > 0; size /= 2)
        {
            for (var at = left.Count - size; at > -size; at -= size)
            {
                var part = left.GetRange(Math.Max(0, at), Math.Min(size, size + at));
                if (Try(without(part)))
                    left.RemoveRange(Math.Max(0, at), part.Count);
            }
            if (size == 1)
                return;
        }
    }

    private bool Try(Leaving candidate)
    {
        if (runs >= MostRuns || stop.IsCancellationRequested)
            return false;
        runs++;
        advance();
        var result = SeedRun.Run(seed, candidate, wiring);
        if (!result.Broken.Any(report => report.Number == invariant))
            return false;
        (leaving, best) = (candidate, result);
        return true;
    }
}
