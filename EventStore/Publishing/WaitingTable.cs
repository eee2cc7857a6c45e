using Npgsql;

namespace OrleansOrders.EventStore;

/// <summary>Reads and writes <c>kafka_waiting</c>.</summary>
internal static class WaitingTable
{
    public static async Task Add(NpgsqlConnection connection, IReadOnlyCollection<WaitingEvent> waiting, CancellationToken cancellation)
    {
        if (waiting.Count == 0)
            return;
        await using var command = new NpgsqlCommand(
            """
            insert into kafka_waiting (tenant, stream_id, version, position, previous_position)
            select * from unnest($1, $2, $3, $4, $5) on conflict do nothing
            """, connection);
        object[] columns =
        [
            waiting.Select(one => one.Stream.Tenant).ToArray(), waiting.Select(one => one.Stream.StreamId).ToArray(),
            waiting.Select(one => one.Version).ToArray(), waiting.Select(one => one.Position).ToArray(),
            waiting.Select(one => one.PreviousPosition).ToArray(),
        ];
        foreach (var column in columns)
            command.Parameters.Add(new() { Value = column });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public static async Task<IReadOnlyList<WaitingEvent>> Read(
        NpgsqlDataSource dataSource, StreamName stream, CancellationToken cancellation)
    {
        await using var command = dataSource.CreateCommand(
            "select version, position, previous_position from kafka_waiting where tenant = $1 and stream_id = $2 order by version");
        command.Parameters.Add(new() { Value = stream.Tenant });
        command.Parameters.Add(new() { Value = stream.StreamId });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var waiting = new List<WaitingEvent>();
        while (await reader.ReadAsync(cancellation))
            waiting.Add(new WaitingEvent(stream, reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2)));
        return waiting;
    }

    public static async Task Remove(NpgsqlConnection connection, StreamName stream, long beforeVersion, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "delete from kafka_waiting where tenant = $1 and stream_id = $2 and version < $3", connection);
        command.Parameters.Add(new() { Value = stream.Tenant });
        command.Parameters.Add(new() { Value = stream.StreamId });
        command.Parameters.Add(new() { Value = beforeVersion });
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
