using Npgsql;

namespace OrleansOrders.EventStore;

/// <summary>How publishing goes, for whoever can read the database.</summary>
/// <param name="Position">Everything up to here is published, or set aside as a dead letter.</param>
/// <param name="End">Of the log.</param>
/// <param name="LagSeconds">How long the oldest unpublished event has been waiting; 0 when there is none.</param>
/// <param name="OldestOrder">The first order that has an unpublished event, <c>order-7f3k</c>; null when there is none near.</param>
/// <param name="Epoch">One more with every change of publisher.</param>
/// <param name="Owner">Who publishes; null when nobody does.</param>
/// <param name="State"><c>idle, starting, publishing, waiting for the broker, blocked</c> or <c>ahead of the log</c>.</param>
/// <param name="Error">What is in the way, in one line; null when nothing is.</param>
/// <param name="Warning">What somebody should see to, although publishing goes on.</param>
/// <param name="AheadBy">Events that the topics hold and the log does not, at least; 0 when all is well.</param>
/// <param name="Parked">Streams that wait because one of their events is refused.</param>
public sealed record PublisherStatus(
    long Position, long End, double LagSeconds, string? OldestOrder, long Epoch, string? Owner, string State, string? Error, string? Warning,
    long AheadBy, long Parked, DateTimeOffset UpdatedAt)
{
    /// <summary>The name under which the publisher parks streams.</summary>
    public const string Consumer = "publisher";

    /// <summary>In events.</summary>
    public long Lag => Math.Max(0, End - Position);

    // The oldest order is looked for among the next events only: behind a million of stock it is not worth a scan.
    private const string Query = $"""
        select p.position, l.position,
            coalesce(extract(epoch from clock_timestamp() - (
                select e.recorded_at from events e where e.position = p.position + 1))::double precision, 0),
            (select e.stream_id from events e
                where e.position > p.position and e.position <= p.position + 10000 and e.stream_id like 'order-%'
                order by e.position limit 1),
            p.epoch, case when p.leased_until > clock_timestamp() then p.owner end,
            case when p.leased_until > clock_timestamp() then p.state else 'idle' end, p.error, p.warning, p.ahead_by,
            (select count(*) from dead_letters d where d.consumer = '{Consumer}' and d.state <> 'replayed'), p.updated_at
        from kafka_publisher p cross join log l
        """;

    /// <param name="dataSource">Of a database that <see cref="EventStoreSchema.Migrations"/> was applied to.</param>
    public static async Task<PublisherStatus> Read(NpgsqlDataSource dataSource, CancellationToken cancellation)
    {
        await using var command = dataSource.CreateCommand(Query);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return new PublisherStatus(
            reader.GetInt64(0), reader.GetInt64(1), Math.Max(0, reader.GetDouble(2)), Text(reader, 3), reader.GetInt64(4), Text(reader, 5),
            reader.GetString(6), Text(reader, 7), Text(reader, 8), reader.GetInt64(9), reader.GetInt64(10),
            reader.GetFieldValue<DateTimeOffset>(11));
    }

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
