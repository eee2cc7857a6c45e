using OrleansOrders.Domain;

namespace OrleansOrders.Cli.Verify;

/// <summary>
/// Invariant 1: an accepted command has exactly one decision in the log, where its receipt says; a refused one has none;
/// what a caller asked for has a receipt; and nothing comes before what caused it.
/// </summary>
/// <remarks>
/// A caller may put and erase customers and remove items without an idempotency key, and then there is no receipt. An
/// accepted receipt without events means "already done". Events of one command have ids that follow from the command's, so
/// a command that was decided twice has the same id twice.
/// </remarks>
internal sealed class Receipts : IStreamVisitor
{
    private const string Misplaced = """
        select c.tenant, c.stream_id, c.command_id::text, c.version, c.position
        from commands c
        left join streams s on s.tenant = c.tenant and s.stream_id = c.stream_id
        left join events e on e.stream_key = s.stream_key and e.version = c.version
        where case
            when c.version = 0 then c.position <> 0
            else e.position is distinct from c.position or e.recorded_at > c.recorded_at
                or (e.metadata ->> 'commandId' = c.command_id::text and e.recorded_at <> c.recorded_at)
            end
        """;

    // Every event of a received command: in the receipt's stream, not after its version, and none when it was refused.
    private const string Strays = """
        select e.tenant, e.stream_id, e.version, c.command_id::text, c.refusal_code
        from events e join commands c on c.command_id::text = e.metadata ->> 'commandId' and c.tenant = e.tenant
        where c.refusal_code is not null or c.stream_id <> e.stream_id or e.version > c.version
            or (e.version < c.version and not exists (
                select from events n where n.stream_key = e.stream_key and n.version = e.version + 1
                and n.metadata ->> 'commandId' = e.metadata ->> 'commandId'))
        """;

    private const string Unreceived = """
        select e.tenant, e.stream_id, e.version
        from events e left join commands c on c.command_id::text = e.metadata ->> 'commandId' and c.tenant = e.tenant
        where e.metadata ->> 'causationId' is null and c.command_id is null
            and e.stream_id not like 'customer-%' and e.type not like 'order-item-removed.%'
        """;

    private const string Altered = """
        select tenant, stream_id, command_id::text from commands
        where checksum <> receipt_digest(tenant, command_id, stream_id, version, fingerprint, refusal_code, refusal_detail)
        and checksum <> receipt_checksum(
            tenant, command_id, stream_id, version, position, fingerprint, refusal_code, refusal_detail, recorded_at)
        """;

    private const string Twice = """
        select 'command ' || command_id from commands group by tenant, command_id having count(*) > 1
        union all
        select 'event ' || event_id from events group by tenant, event_id having count(*) > 1
        """;

    private const string Causes = """
        select e.tenant, e.stream_id, e.version, c.position is null
        from events e left join events c on c.tenant = e.tenant and c.event_id::text = e.metadata ->> 'causationId'
        where e.metadata ->> 'causationId' is not null and (c.position is null or c.position >= e.position)
        """;

    private readonly Findings findings = new(1, "one decision per command");
    private EventOrigin? origin;
    private int index;
    private long position;
    private long commands;
    private long refused;

    public void Begin(StreamRow stream) => (origin, index, position) = (null, 0, 0);

    public void See(StreamRow stream, WalkedEvent walked)
    {
        var recorded = walked.Recorded;
        var own = EventOrigin.Read(recorded.Metadata.Span);
        if (own is not { } known)
            findings.Add($"{stream.Name} version {recorded.Version} does not say which command it comes from");
        else
        {
            var continues = origin?.CommandId == known.CommandId;
            index = continues ? index + 1 : 0;
            if (recorded.EventId != Ids.OfEvent(known.CommandId, index))
                findings.Add($"{stream.Name} version {recorded.Version} does not have the id of its command's event {index}");
            if (continues && recorded.Position != position + 1)
                findings.Add($"{stream.Name} version {recorded.Version} is torn off from the event before it, of the same command");
        }
        (origin, position) = (own, recorded.Position);
    }

    public void End(StreamRow stream, object? state)
    {
    }

    public async Task CheckTables(LogSnapshot snapshot, CancellationToken cancellation)
    {
        commands = await snapshot.Single<long>("select count(*) from commands", cancellation);
        refused = await snapshot.Single<long>("select count(*) from commands where refusal_code is not null", cancellation);
        var written = await snapshot.Single<long>("select max(receipts) from log", cancellation);
        if (written != commands)
            findings.Add($"{written} receipts were written, and {commands} are there");
        await snapshot.Collect(findings, Altered, row =>
            $"{row.GetString(0)}/{row.GetString(1)}: the receipt of {row.GetString(2)} does not have the checksum of its content", cancellation);
        await snapshot.Collect(findings, Misplaced, row =>
            $"{row.GetString(0)}/{row.GetString(1)}: the log does not bear out the receipt of {row.GetString(2)} for version {row.GetInt64(3)} at {row.GetInt64(4)}", cancellation);
        await snapshot.Collect(findings, Strays, row =>
            $"{row.GetString(0)}/{row.GetString(1)} version {row.GetInt64(2)} is not in the receipt of its command {row.GetString(3)}", cancellation);
        await snapshot.Collect(findings, Unreceived, row =>
            $"{row.GetString(0)}/{row.GetString(1)} version {row.GetInt64(2)} was asked for by a caller and has no receipt", cancellation);
        await snapshot.Collect(findings, Twice, row => $"{row.GetString(0)} is there more than once", cancellation);
        await snapshot.Collect(findings, Causes, row =>
            $"{row.GetString(0)}/{row.GetString(1)} version {row.GetInt64(2)} {(row.GetBoolean(3) ? "has a cause that is not in the log" : "stands before its cause")}", cancellation);
    }

    public InvariantReport ToReport() => findings.ToReport($"{commands} commands, {refused} refused");
}
