using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace OrleansOrders.EventStore;

/// <summary>Reads and adds to <c>event_repairs</c>.</summary>
internal static class RepairTable
{
    private const string Newest = """
        select distinct on (tenant, event_id) tenant, event_id, number, type, data::text, actor, reason, repaired_at
        from event_repairs where event_id = any($1) order by tenant, event_id, number desc
        """;

    public static async Task<IReadOnlyList<EventRepair>> Find(
        NpgsqlDataSource dataSource, IReadOnlyCollection<Guid> eventIds, CancellationToken cancellation)
    {
        if (eventIds.Count == 0)
            return [];
        await using var command = dataSource.CreateCommand(Newest);
        command.Parameters.Add(new() { Value = eventIds.ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var repairs = new List<EventRepair>();
        while (await reader.ReadAsync(cancellation))
        {
            repairs.Add(new EventRepair(
                reader.GetString(0), reader.GetGuid(1), reader.GetInt32(2), reader.GetString(3), Encoding.UTF8.GetBytes(reader.GetString(4)),
                reader.GetString(5), reader.GetString(6), reader.GetFieldValue<DateTimeOffset>(7)));
        }
        return repairs;
    }

    /// <summary>Adds the event's next repair. The caller holds the event's letters, so that nobody else adds one meanwhile.</summary>
    /// <returns>Null when the request's id was used before, for another request.</returns>
    public static async Task<AddedRepair?> Add(
        NpgsqlConnection connection, PoisonEvent repaired, NewRepair repair, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into event_repairs (tenant, event_id, number, stream_id, version, type, data, actor, reason, request_id, fingerprint)
            select $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $6, $7, $8, $9, $10
            from event_repairs where event_id = $2 and tenant = $1
            on conflict on constraint event_repairs_request do nothing
            returning number
            """, connection);
        Add(command, repaired.Stream.Tenant, repaired.EventId, repaired.Stream.StreamId, repaired.Version, repair.Type);
        command.Parameters.Add(new() { Value = Encoding.UTF8.GetString(repair.Data.Span), NpgsqlDbType = NpgsqlDbType.Json });
        Add(command, repair.Actor, repair.Reason, repair.RequestId, repair.Fingerprint);
        return await command.ExecuteScalarAsync(cancellation) is int number
            ? new AddedRepair(number, false)
            : await FindRepeated(connection, repaired, repair, cancellation);
    }

    /// <summary>The repair that the same request made before.</summary>
    public static async Task<AddedRepair?> FindRepeated(
        NpgsqlConnection connection, PoisonEvent repaired, NewRepair repair, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "select number from event_repairs where request_id = $1 and tenant = $2 and event_id = $3 and fingerprint = $4", connection);
        Add(command, repair.RequestId, repaired.Stream.Tenant, repaired.EventId, repair.Fingerprint);
        return await command.ExecuteScalarAsync(cancellation) is int number ? new AddedRepair(number, true) : null;
    }

    private static void Add(NpgsqlCommand command, params object[] values)
    {
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
    }
}
