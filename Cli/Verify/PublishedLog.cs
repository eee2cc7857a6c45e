namespace OrleansOrders.Cli.Verify;

/// <summary>
/// Invariant 7, as far as the database knows: the publisher has gone no further than the log, each partition's last event
/// is the right one, what was passed over waits behind an open letter, and the topics hold nothing that the log does not.
/// </summary>
internal sealed class PublishedLog
{
    private const string WrongParts = """
        select p.topic, p.partition, p.last_position
        from kafka_partitions p cross join kafka_publisher k
        left join events e on e.position = p.last_position
        where p.last_position > k.position or e.position is null or p.topic <> 'orders.' || split_part(e.stream_id, '-', 1)
        """;

    private const string Stranded = """
        select w.tenant, w.stream_id, w.version from kafka_waiting w
        where not exists (
            select from dead_letters d
            where d.consumer = 'publisher' and d.tenant = w.tenant and d.stream_id = w.stream_id and d.state <> 'replayed' and d.version <= w.version)
        """;

    private readonly Findings findings = new(7, "every event reaches Kafka");
    private long epoch;
    private long position;
    private long end;
    private long parked;

    public async Task Check(LogSnapshot snapshot, CancellationToken cancellation)
    {
        epoch = await snapshot.Single<long>("select epoch from kafka_publisher", cancellation);
        if (epoch == 0)
            return;
        position = await snapshot.Single<long>("select position from kafka_publisher", cancellation);
        end = await snapshot.Single<long>("select position from log", cancellation);
        parked = await snapshot.Single<long>("select count(*) from dead_letters where consumer = 'publisher' and state <> 'replayed'", cancellation);
        if (position > end)
            findings.Add($"the publisher's position {position} is beyond the log's end {end}");
        if (await snapshot.Single<long>("select coalesce(max(epoch), 0) from kafka_epochs", cancellation) != epoch)
            findings.Add($"the publisher's epoch {epoch} is not the last one noted");
        await snapshot.Collect(
            findings, WrongParts, row => $"{row.GetString(0)}/{row.GetInt32(1)} ends at position {row.GetInt64(2)}, which cannot be", cancellation);
        await snapshot.Collect(
            findings, Stranded, row => $"{row.GetString(0)}/{row.GetString(1)} version {row.GetInt64(2)} was passed over, and no letter is open", cancellation);
        await snapshot.Collect(
            findings, "select topic, partition, position from kafka_ahead where accepted_at is null",
            row => $"{row.GetString(0)}/{row.GetInt32(1)} holds position {row.GetInt64(2)}, which the log does not; nobody has accepted that", cancellation);
    }

    public InvariantReport ToReport() => epoch == 0
        ? new InvariantReport(findings.Number, "every event reaches Kafka", Verdict.NotApplicable, "not applicable without Kafka", 0, [])
        : findings.ToReport($"published up to {position} of {end} in epoch {epoch}, {parked} streams parked");
}
