using OrleansOrders.EventStore;

namespace OrleansOrders.Cli.Verify;

/// <summary>Invariant 8, of snapshots: each is what the full fold gives at its version.</summary>
internal sealed class SnapshotFolds(Findings findings) : IStreamVisitor
{
    private const string Orphans = """
        select n.tenant, n.stream_id from snapshots n
        where not exists (select from streams s where s.tenant = n.tenant and s.stream_id = n.stream_id)
        """;

    private const string Twice = "select tenant, stream_id from snapshots group by tenant, stream_id having count(*) > 1";

    private bool isSeen;

    public long Snapshots { get; private set; }

    /// <summary>Of an older shape; no reader uses them.</summary>
    public long Ignored { get; private set; }

    public void Begin(StreamRow stream)
    {
        isSeen = false;
        if (stream.Snapshot is not { } kept)
            return;
        Snapshots++;
        var snapshot = new Snapshot(kept.Head, kept.Schema, kept.State);
        if (!SnapshotChecksum.Of(stream.Name, snapshot).AsSpan().SequenceEqual(kept.Checksum))
            findings.Add($"the snapshot of {stream.Name} does not have the checksum of its content");
    }

    public void See(StreamRow stream, WalkedEvent walked)
    {
        if (stream.Snapshot is not { } kept || walked.Recorded.Version != kept.Head.Version)
            return;
        isSeen = true;
        if (walked.Recorded.Position != kept.Head.Position || !walked.Recorded.Hash.Span.SequenceEqual(kept.Head.Hash.Span))
            findings.Add($"the snapshot of {stream.Name} is not of its version {kept.Head.Version}");
        if (walked.State is null)
            return;
        var (schema, bytes) = SnapshotStates.Encode(walked.State);
        if (schema != kept.Schema)
            Ignored++;
        else if (!bytes.AsSpan().SequenceEqual(kept.State))
            findings.Add($"the snapshot of {stream.Name} at version {kept.Head.Version} is not what its events fold to");
    }

    public void End(StreamRow stream, object? state)
    {
        if (stream.Snapshot is { } kept && !isSeen)
            findings.Add($"the snapshot of {stream.Name} is of version {kept.Head.Version}, which is not there");
    }

    public async Task CheckTable(LogSnapshot snapshot, CancellationToken cancellation)
    {
        await snapshot.Collect(
            findings, Orphans, row => $"the snapshot of {row.GetString(0)}/{row.GetString(1)} is of no stream", cancellation);
        await snapshot.Collect(
            findings, Twice, row => $"{row.GetString(0)}/{row.GetString(1)} has more than one snapshot", cancellation);
    }
}
