namespace OrleansOrders.Cli.Verify;

/// <summary>
/// Streams that are parked for a consumer: nothing is wrong with what was checked, but what was checked leaves them out from
/// the parked event on, and a person has to look.
/// </summary>
internal static class OpenLetters
{
    private const int Shown = 10;

    private const string Open = """
        select d.consumer, d.tenant, d.stream_id, d.version, d.cause, coalesce(s.version, d.version) - d.version, count(*) over ()
        from dead_letters d left join streams s on s.stream_id = d.stream_id and s.tenant = d.tenant
        where d.state <> 'replayed' order by d.position, d.consumer limit 10
        """;

    /// <summary>Orders whose reactions are parked.</summary>
    public static async Task<IReadOnlySet<(string Tenant, string Id)>> ReadWaiting(LogSnapshot snapshot, CancellationToken cancellation)
    {
        var waiting = new HashSet<(string, string)>();
        var open = snapshot.Read(
            "select tenant, substr(stream_id, strpos(stream_id, '-') + 1) from dead_letters where consumer = 'reactions' and state <> 'replayed'",
            cancellation);
        await foreach (var row in open)
            waiting.Add((row.GetString(0), row.GetString(1)));
        return waiting;
    }

    public static async Task<InvariantReport> Read(LogSnapshot snapshot, CancellationToken cancellation)
    {
        var first = new List<string>(Shown);
        var count = 0L;
        await foreach (var row in snapshot.Read(Open, cancellation))
        {
            count = row.GetInt64(6);
            first.Add(
                $"{row.GetString(0)}: {row.GetString(1)}/{row.GetString(2)} from version {row.GetInt64(3)} on, {row.GetInt64(5)} events behind it: {row.GetString(4)}");
        }
        return new InvariantReport(
            10, "no stream is parked", count == 0 ? Verdict.Ok : Verdict.Warning, $"{count} open dead letters, see orders dead-letters list",
            count, first);
    }
}
