using Npgsql;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.ReadModels.Rebuilding;

/// <summary>The table <c>projection_rebuilds</c>: how far the last rebuild of each projection is, or how it ended.</summary>
internal sealed class RebuildTable(TimeProvider time)
{
    public const string Building = "building";
    public const string Comparing = "comparing";
    public const string Switched = "switched";
    public const string Refused = "refused";
    public const string Failed = "failed";

    public Task Begin(NpgsqlConnection connection, string name, long? maximumDifferences, CancellationToken cancellation) =>
        connection.Execute(
            """
            insert into projection_rebuilds (name, phase, maximum_differences, started_at) values ($1, 'building', $2::bigint, $3)
            on conflict (name) do update set phase = excluded.phase, position = 0, live_rows = null, shadow_rows = null,
                differences = null, detail = null, maximum_differences = excluded.maximum_differences,
                started_at = excluded.started_at, updated_at = now()
            """, cancellation, name, maximumDifferences?.ToString(System.Globalization.CultureInfo.InvariantCulture), time.GetUtcNow());

    public Task Progress(NpgsqlConnection connection, string name, string phase, long position, CancellationToken cancellation) =>
        connection.Execute(
            "update projection_rebuilds set phase = $2, position = $3, updated_at = now() where name = $1",
            cancellation, name, phase, position);

    public Task Compared(NpgsqlConnection connection, string name, ComparedTables counts, CancellationToken cancellation) =>
        connection.Execute(
            """
            update projection_rebuilds set live_rows = $2, shadow_rows = $3, differences = $4, detail = $5, updated_at = now()
            where name = $1
            """, cancellation, name, counts.LiveRows, counts.ShadowRows, counts.Differences, counts.Describe());

    /// <summary>Ends a rebuild that is under way; one that has ended stays as it is.</summary>
    public static Task End(NpgsqlConnection connection, string name, string phase, string? detail, CancellationToken cancellation) =>
        connection.Execute(
            """
            update projection_rebuilds set phase = $2, detail = coalesce($3::text, detail), updated_at = now()
            where name = $1 and phase in ('building', 'comparing')
            """, cancellation, name, phase, detail?.Replace('\0', ' '));

    /// <param name="end">The log's end, which a rebuild under way has to reach.</param>
    public static async Task<Dictionary<string, RebuildStatus>> ReadAll(
        NpgsqlDataSource dataSource, long end, CancellationToken cancellation)
    {
        await using var command = dataSource.CreateCommand("""
            select r.name, r.phase, greatest(r.position, p.position), r.live_rows, r.shadow_rows, r.differences, r.started_at, r.detail
            from projection_rebuilds r left join projections p on p.name = r.name || '__shadow'
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rebuilds = new Dictionary<string, RebuildStatus>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellation))
        {
            var phase = reader.GetString(1);
            var position = reader.GetInt64(2);
            rebuilds.Add(reader.GetString(0), new RebuildStatus(
                phase, position, IsUnderWay(phase) ? Math.Max(end, position) : position, Number(reader, 3), Number(reader, 4),
                Number(reader, 5), reader.GetFieldValue<DateTimeOffset>(6), reader.IsDBNull(7) ? null : reader.GetString(7)));
        }
        return rebuilds;
    }

    public static bool IsUnderWay(string phase) => phase is Building or Comparing;

    private static long? Number(NpgsqlDataReader reader, int ordinal) => reader.IsDBNull(ordinal) ? null : reader.GetInt64(ordinal);
}
