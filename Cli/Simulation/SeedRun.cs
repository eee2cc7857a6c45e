using System.Security.Cryptography;
using OrleansOrders.Cli.Verify;
using OrleansOrders.EventStore;

namespace OrleansOrders.Cli.Simulation;

/// <summary>What came of one seed.</summary>
/// <param name="Broken">The invariants that do not hold; none when the seed is fine.</param>
/// <param name="Commands">How many commands were planned.</param>
/// <param name="Digest">Over everything that is in the log, the topics and the provider's books.</param>
internal sealed record SeedResult(
    long Seed, IReadOnlyList<InvariantReport> Broken, int Commands, long Events, IReadOnlyList<HappenedFault> Faults, TimeSpan Simulated,
    string Digest)
{
    public bool Holds => Broken.Count == 0;
}

/// <summary>Runs one seed: things go wrong, then they stop going wrong, everything comes to rest, and is judged.</summary>
internal static class SeedRun
{
    private static readonly TimeSpan Troubled = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    public static SeedResult Run(long seed, Leaving leaving, Wiring wiring, Trace? trace = null)
    {
        var world = new World((ulong)seed, leaving, wiring, trace);
        var broken = RunAndJudge(world);
        return new SeedResult(
            seed, [.. broken.Where(report => report.Verdict == Verdict.Violated)], world.Plan.Commands.Count, Events(world).Count,
            world.Faults.Happened, world.Scheduler.Elapsed, DigestOf(world));
    }

    private static IReadOnlyList<InvariantReport> RunAndJudge(World world)
    {
        try
        {
            GoThroughTroubles(world);
            return ComesToRest(world) ? Judge.Of(world) : [Restless(world)];
        }
        catch (Exception failure)
        {
            var findings = new Findings(0, "nothing fails that nobody takes care of");
            findings.Add($"{failure}");
            return [findings.ToReport($"after {world.Scheduler.Elapsed}")];
        }
    }

    private static void GoThroughTroubles(World world)
    {
        foreach (var node in world.Nodes)
            node.Start();
        PlanCrashes(world);
        world.Client.Start();
        world.Scheduler.RunUntil(Troubled);
        world.Faults.Stop();
        world.Poisons.Repair();
        world.Trace?.Add(world.Scheduler.Elapsed, "FAULTS", "stop");
    }

    private static void PlanCrashes(World world)
    {
        foreach (var node in world.Nodes)
        {
            var key = Chance.Key(node.Name, 3);
            var at = TimeSpan.FromMilliseconds(world.Faults.Number(key) % 15_000);
            world.Scheduler.After(at, () =>
            {
                if (node.IsUp && world.Faults.Happens(FaultKind.Crash, key, node))
                    node.Crash();
            });
        }
    }

    private static bool ComesToRest(World world)
    {
        for (var before = -1L; world.Scheduler.Elapsed < Patience;)
        {
            world.Scheduler.RunUntil(world.Scheduler.Elapsed + Look);
            var end = Events(world).Count;
            if (end == before && IsAtRest(world, end))
                return true;
            before = end;
            foreach (var letter in world.Letters.Open)
                world.Letters.RequestReplay(letter.Stream);
            foreach (var table in world.ReadSide.Tables.Where(table => table.Parked.Count > 0))
                table.Replay(world).GetAwaiter().GetResult();
        }
        return false;
    }

    private static bool IsAtRest(World world, long end) =>
        world.Client.IsDone && world.Nodes.All(node => node.IsUp && (node.Reacted ?? end) == end) && world.Letters.Open.Count == 0
        && world.PublisherBook.Position == end && world.ReadSide.Tables.All(table => table.Position == end && table.Parked.Count == 0)
        && world.ReadSide.ListDue(DateTimeOffset.MaxValue, 1).Count == 0;

    private static InvariantReport Restless(World world)
    {
        var findings = new Findings(6, "everything comes to rest");
        var end = Events(world).Count;
        findings.Add($"{Patience.TotalMinutes:0} minutes after the last fault the log is at {end}");
        if (!world.Client.IsDone)
            findings.Add($"clients still wait");
        foreach (var node in world.Nodes)
            findings.Add($"{node.Name} is {(node.IsUp ? "up" : "down")}, has reacted up to {node.Reacted}; last failure: {node.LastFailure}");
        foreach (var letter in world.Letters.Open)
            findings.Add($"parked: {letter.Stream} version {letter.Version}: {letter.Cause}");
        foreach (var table in world.ReadSide.Tables.Where(table => table.Position != end || table.Parked.Count > 0))
            findings.Add($"{table.Name} is at {table.Position}, {table.Parked.Count} streams are parked");
        foreach (var (tenant, order) in world.ReadSide.ListDue(DateTimeOffset.MaxValue, 5))
            findings.Add($"the fulfilment of {tenant}/{order} is under way");
        findings.Add($"the publisher is at {world.PublisherBook.Position}");
        return findings.ToReport($"");
    }

    private static IReadOnlyList<RecordedEvent> Events(World world) => world.Log.ReadLog(0, int.MaxValue, CancellationToken.None).Result;

    private static string DigestOf(World world)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var recorded in Events(world))
        {
            hash.AppendData(recorded.Hash.Span);
            hash.AppendData(BitConverter.GetBytes(recorded.RecordedAt.Ticks));
        }
        foreach (var message in world.Topic.Messages)
            hash.AppendData(BitConverter.GetBytes(message.Event.Position));
        foreach (var line in world.Ledger.Lines)
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(line.ToString()));
        hash.AppendData(BitConverter.GetBytes(world.Scheduler.Steps));
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }
}
