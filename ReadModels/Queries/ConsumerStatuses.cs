using Npgsql;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;

namespace OrleansOrders.ReadModels.Queries;

/// <summary>Who follows the log in either edition, as the database tells it: any process may ask.</summary>
internal sealed class ConsumerStatuses(NpgsqlDataSource database, ProjectionStatuses projections)
{
    /// <summary>Who reads the log or its topics, and keeps a checkpoint: <c>name</c> and <c>position</c>.</summary>
    internal const string Checkpoints = """
        select name, position from reaction_checkpoints
        where name !~ '/' and (name <> 'notifications' or not exists (select from reaction_checkpoints where name ^@ 'notifications/'))
        union all
        -- A consumer of the topics lacks nothing up to what is published when it has the last event of every part.
        select 'notifications', least((select position from kafka_publisher), min(coalesce(taken.position, 0))
            filter (where coalesce(taken.position, 0) < sent.last_position))
        from kafka_partitions sent
        left join reaction_checkpoints taken on taken.name = 'notifications/' || sent.topic || '/' || sent.partition
        where sent.topic in ('orders.order', 'orders.payment') and exists (select from reaction_checkpoints where name ^@ 'notifications/')
        having count(*) > 0
        """;

    // Behind a million events of stock the oldest order is not worth a scan.
    private const string Followers = $"""
        select case followed.name when 'fulfilment' then 'reactions' else followed.name end, followed.position, log.position,
            coalesce(extract(epoch from clock_timestamp() - (
                select oldest.recorded_at from events oldest where oldest.position = followed.position + 1))::double precision, 0),
            (select substr(waiting.stream_id, 7) from events waiting
                where waiting.position > followed.position and waiting.position <= followed.position + 10000
                    and waiting.stream_id ^@ 'order-'
                order by waiting.position limit 1)
        from ({Checkpoints}) followed
        cross join log
        order by 1
        """;

    private const string Letters = "select consumer, count(*) from dead_letters where state <> 'replayed' group by consumer";

    public async Task<IReadOnlyList<ConsumerStatus>> List(CancellationToken cancellation)
    {
        var letters = await CountLetters(cancellation);
        var all = new List<ConsumerStatus>();
        var publisher = await PublisherStatus.Read(database, cancellation);
        if (publisher.Epoch > 0)
        {
            all.Add(new ConsumerStatus(
                PublisherStatus.Consumer, publisher.Position, publisher.End, publisher.Lag, publisher.LagSeconds,
                publisher.OldestOrder?["order-".Length..], publisher.State == "publishing" ? "live" : publisher.State,
                publisher.Error ?? publisher.Warning, 0));
        }
        all.AddRange(await ReadFollowers(cancellation));
        all.AddRange((await projections.List(cancellation)).Select(model => new ConsumerStatus(
            model.Name, model.Position, model.End, model.LagEvents, model.LagSeconds, model.OldestOrder, model.State, model.Error, 0)));
        return all.ConvertAll(status => status with { DeadLetters = letters.GetValueOrDefault(status.Name) });
    }

    private async Task<Dictionary<string, long>> CountLetters(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Letters);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellation))
            counts.Add(reader.GetString(0), reader.GetInt64(1));
        return counts;
    }

    private async Task<List<ConsumerStatus>> ReadFollowers(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Followers);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var followers = new List<ConsumerStatus>();
        while (await reader.ReadAsync(cancellation))
        {
            var (position, end) = (reader.GetInt64(1), reader.GetInt64(2));
            followers.Add(new ConsumerStatus(
                reader.GetString(0), position, end, Math.Max(0, end - position), Math.Max(0, reader.GetDouble(3)),
                reader.IsDBNull(4) ? null : reader.GetString(4), "live", null, 0));
        }
        return followers;
    }
}
