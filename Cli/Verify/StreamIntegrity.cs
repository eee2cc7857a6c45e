using OrleansOrders.Domain;
using OrleansOrders.EventStore;

namespace OrleansOrders.Cli.Verify;

/// <summary>
/// Invariant 2: positions are 1..end, versions of a stream 1..n, heads equal the last events, hash chains hold, every event
/// folds, and nothing is recorded before what stands before it in the log.
/// </summary>
/// <remarks>
/// Two rows that have swapped their positions are noticed by the time and the transaction that they were recorded in, by
/// their streams' order, by heads, receipts and causes. The limit: two single events of one commit, neither the newest of
/// its stream nor caused by the other, whose commands left no receipt. No reader could tell their order either. And the
/// time or transaction that a commit of a single event was recorded in may be moved as far as its neighbours' allow.
/// </remarks>
internal sealed class StreamIntegrity : IStreamVisitor
{
    private const string InOrder = """
        select e.position, e.recorded_at, e.tenant, e.stream_id, s.stream_key is null
        from events e left join streams s on s.stream_key = e.stream_key order by e.position
        """;

    private const string TornCommits = """
        select min(position), max(position) from events group by transaction_id
        having max(position) - min(position) + 1 <> count(*) or min(recorded_at) <> max(recorded_at)
        """;

    private readonly Findings findings = new(2, "versions, positions and hash chains");
    private byte[] hash = [];
    private long version;
    private long position;
    private StreamRow? previous;
    private long events;
    private long streams;

    public async Task CheckLog(LogSnapshot snapshot, CancellationToken cancellation)
    {
        var last = 0L;
        var recordedAt = DateTimeOffset.MinValue;
        await foreach (var row in snapshot.Read(InOrder, cancellation))
        {
            events++;
            var at = row.GetInt64(0);
            if (at != last + 1)
                findings.Add(at <= last ? (FormattableString)$"position {at} is there twice" : $"after position {last} comes {at}");
            if (row.GetFieldValue<DateTimeOffset>(1) < recordedAt)
                findings.Add($"position {at} was recorded before the one before it");
            if (row.GetBoolean(4))
                findings.Add($"position {at} of {row.GetString(2)}/{row.GetString(3)} belongs to no stream");
            (last, recordedAt) = (at, row.GetFieldValue<DateTimeOffset>(1));
        }
        if (recordedAt > await snapshot.Single<DateTimeOffset>("select now()", cancellation))
            findings.Add($"position {last} was recorded in the future");
        await CheckCounter(snapshot, last, cancellation);
        await snapshot.Collect(
            findings, TornCommits, row => $"positions {row.GetInt64(0)} to {row.GetInt64(1)} hold a commit in pieces", cancellation);
    }

    public void Begin(StreamRow stream)
    {
        if (previous is { } other && other.Name == stream.Name)
            findings.Add($"{stream.Name} has more than one head");
        (previous, hash, version, position) = (stream, new byte[HashChain.Length], 0, 0);
        streams++;
    }

    public void See(StreamRow stream, WalkedEvent walked)
    {
        var recorded = walked.Recorded;
        if (recorded.Version != version + 1)
            findings.Add($"{stream.Name}: after version {version} comes {recorded.Version}");
        if (recorded.Stream != stream.Name)
            findings.Add($"{stream.Name} version {recorded.Version} says that it belongs to {recorded.Stream}");
        if (recorded.Position <= position)
            findings.Add($"{stream.Name} version {recorded.Version} stands before version {version} in the log");
        if (!HashChain.Holds(hash, recorded))
            findings.Add($"{stream.Name} version {recorded.Version} does not have the hash of its content");
        if (walked.Event is null)
            findings.Add($"{stream.Name} version {recorded.Version} is not a {recorded.Type} that can be read");
        else if (walked.State is null)
            findings.Add($"{stream.Name} version {recorded.Version}, {recorded.Type}, cannot follow what is before it");
        if (recorded.Version == 1 && recorded.RecordedAt != stream.CreatedAt)
            findings.Add($"{stream.Name} was not created when its first event was recorded");
        (version, position, hash) = (recorded.Version, recorded.Position, recorded.Hash.ToArray());
    }

    public void End(StreamRow stream, object? state)
    {
        var head = stream.Head;
        if (head.Version != version || head.Position != position || !head.Hash.Span.SequenceEqual(hash))
            findings.Add($"{stream.Name}: the head says version {head.Version} at {head.Position}, the last event is {version} at {position}");
        if (stream.StoredType != stream.Name.Type || AggregateFolds.Initial(stream.Name.Type) is null)
            findings.Add($"{stream.Name} is of type {stream.StoredType}");
        if (stream.IsLost)
            findings.Add($"{stream.Name} is marked as archived, and there is no file that it could be read from");
    }

    public InvariantReport ToReport() => findings.ToReport($"{events} events, {streams} streams");

    private async Task CheckCounter(LogSnapshot snapshot, long last, CancellationToken cancellation)
    {
        var rows = 0;
        await foreach (var row in snapshot.Read("select position from log", cancellation))
        {
            rows++;
            if (row.GetInt64(0) != last)
                findings.Add($"the counter says that the log ends at {row.GetInt64(0)}; it ends at {last}");
        }
        if (rows != 1)
            findings.Add($"there are {rows} counters of the log, not one");
    }
}
