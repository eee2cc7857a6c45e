using Npgsql;

namespace OrleansOrders.EventStore;

/// <summary>A part of a topic whose last message is of an event that the log does not hold.</summary>
/// <param name="NextOffset">Behind that message.</param>
/// <param name="Position">The event's, as the message says.</param>
public sealed record PartAhead(string Topic, int Partition, long NextOffset, long Position);

/// <summary>Where the topics are ahead of the log, and what a person has said about it.</summary>
/// <param name="dataSource">Of a database that <see cref="EventStoreSchema.Migrations"/> was applied to. Stays the caller's.</param>
public sealed class TopicsAhead(NpgsqlDataSource dataSource)
{
    /// <summary>Notes what was found.</summary>
    /// <returns>Those that nobody has accepted yet.</returns>
    public async Task<IReadOnlyList<PartAhead>> Note(IReadOnlyCollection<PartAhead> found, CancellationToken cancellation)
    {
        await using var command = dataSource.CreateCommand("""
            with noted as (
                insert into kafka_ahead (topic, partition, next_offset, position) select * from unnest($1, $2, $3, $4) on conflict do nothing)
            select f.topic, f.partition, f.next_offset, f.position
            from unnest($1, $2, $3, $4) f(topic, partition, next_offset, position)
            where not exists (
                select from kafka_ahead a
                where a.topic = f.topic and a.partition = f.partition and a.next_offset >= f.next_offset and a.accepted_at is not null)
            """);
        object[] columns =
        [
            found.Select(part => part.Topic).ToArray(), found.Select(part => part.Partition).ToArray(),
            found.Select(part => part.NextOffset).ToArray(), found.Select(part => part.Position).ToArray(),
        ];
        foreach (var column in columns)
            command.Parameters.Add(new() { Value = column });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var open = new List<PartAhead>();
        while (await reader.ReadAsync(cancellation))
            open.Add(new PartAhead(reader.GetString(0), reader.GetInt32(1), reader.GetInt64(2), reader.GetInt64(3)));
        return open;
    }

    /// <summary>A person takes note of it, and publishing goes on behind what stands there.</summary>
    /// <returns>The parts of topics that it was about.</returns>
    public async Task<long> Accept(string actor, string reason, CancellationToken cancellation)
    {
        await using var command = dataSource.CreateCommand("select accept_kafka_ahead($1, $2)");
        command.Parameters.Add(new() { Value = actor });
        command.Parameters.Add(new() { Value = reason });
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
