using OrleansOrders.Cli.Verify;
using OrleansOrders.EventStore;

namespace OrleansOrders.Cli.Simulation;

/// <summary>Invariant 8: every read model equals a fold of the log, and every snapshot the fold of its stream up to there.</summary>
internal sealed class ReadModelJudge(World world, JudgedLog log)
{
    private readonly Findings findings = new(8, "read models and snapshots equal the fold");

    public InvariantReport Judge()
    {
        foreach (var table in world.ReadSide.Tables)
        {
            if (table.Position != log.Events.Count)
                findings.Add($"{table.Name} is at {table.Position}, the log ends at {log.Events.Count}");
            table.Compare(log.Envelopes, findings);
        }
        var snapshots = log.Streams.Count(Compare);
        return findings.ToReport($"{world.ReadSide.Tables.Count} read models, {snapshots} snapshots");
    }

    private bool Compare(StreamName stream)
    {
        var (schema, _) = SnapshotStates.Encode(log.StateAt(stream, 0)!);
        if (world.Log.ReadSnapshot(stream, schema, CancellationToken.None).Result is not { } snapshot)
            return false;
        if (log.StateAt(stream, snapshot.Head.Version) is not { } state)
            findings.Add($"{stream} has a snapshot of version {snapshot.Head.Version}, which it never had");
        else if (!SnapshotStates.Encode(state).Bytes.AsSpan().SequenceEqual(snapshot.State.Span))
            findings.Add($"{stream}: the snapshot of version {snapshot.Head.Version} is not the fold");
        return true;
    }
}
