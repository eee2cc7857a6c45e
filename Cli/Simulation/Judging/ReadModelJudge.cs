using OrleansOrders.Cli.Verify;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;

namespace OrleansOrders.Cli.Simulation;

/// <summary>
/// Invariant 8: every read model equals a fold of the log, and every snapshot the fold of its stream up to there. So does
/// every order that a client has read, at a version that is not older than the stream was when it was asked for.
/// </summary>
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
        foreach (var strange in world.Strange)
            findings.Add($"{strange}");
        foreach (var reading in world.Client.Readings)
            Compare(reading);
        var snapshots = log.Streams.Count(Compare);
        return findings.ToReport($"{world.ReadSide.Tables.Count} read models, {snapshots} snapshots, {world.Client.Readings.Count} orders read");
    }

    private void Compare(Reading reading)
    {
        // A poisoned event is unreadable until it is repaired, and says so.
        if (reading.Order is not { } order)
        {
            if (reading.Failure is not UnreadableEventException)
                findings.Add($"{reading.Stream} could not be read: {reading.Failure?.Message}");
            return;
        }
        var (stream, version) = (reading.Stream, order.Version);
        if (version < reading.HeadBefore)
            findings.Add($"{stream} was read at version {version}; when it was asked for it was at {reading.HeadBefore}");
        else if (log.StateAt(stream, version) is not { } state
            || !SnapshotStates.Encode(state).Bytes.AsSpan().SequenceEqual(SnapshotStates.Encode(order.State).Bytes))
            findings.Add($"{stream} was read at version {version}, and not as it was then");
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
