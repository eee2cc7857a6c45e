using Npgsql;

namespace OrleansOrders.EventStore;

/// <summary>A dead letter that nobody outside has been told of.</summary>
public sealed record UnannouncedLetter(
    Guid Id, string Consumer, string Tenant, string StreamId, long Version, long Position, Guid EventId, string Type, string Cause,
    DateTimeOffset ParkedAt);

/// <summary>Which dead letters others have been told of. Told first, marked then: a crash in between tells twice.</summary>
/// <param name="dataSource">Of a database that <see cref="EventStoreSchema.Migrations"/> was applied to. Stays the caller's.</param>
public sealed class LetterAnnouncements(NpgsqlDataSource dataSource)
{
    /// <summary>The oldest first, at most <paramref name="limit"/>.</summary>
    public async Task<IReadOnlyList<UnannouncedLetter>> ReadNext(int limit, CancellationToken cancellation)
    {
        await using var command = dataSource.CreateCommand("""
            select id, consumer, tenant, stream_id, version, position, event_id, type, cause, parked_at
            from dead_letters where announced_at is null order by parked_at limit $1
            """);
        command.Parameters.Add(new() { Value = limit });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var letters = new List<UnannouncedLetter>();
        while (await reader.ReadAsync(cancellation))
        {
            letters.Add(new UnannouncedLetter(
                reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetInt64(4), reader.GetInt64(5),
                reader.GetGuid(6), reader.GetString(7), reader.GetString(8), reader.GetFieldValue<DateTimeOffset>(9)));
        }
        return letters;
    }

    public async Task Mark(IReadOnlyCollection<Guid> letters, CancellationToken cancellation)
    {
        await using var command = dataSource.CreateCommand("update dead_letters set announced_at = clock_timestamp() where id = any($1)");
        command.Parameters.Add(new() { Value = letters.ToArray() });
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
