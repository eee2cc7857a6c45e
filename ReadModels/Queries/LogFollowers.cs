using Npgsql;
using OrleansOrders.Domain;

namespace OrleansOrders.ReadModels.Queries;

/// <summary>One that must follow the log, as it stood when it was asked for.</summary>
/// <param name="Name"><c>publisher</c>, <c>reactions</c>, <c>notifications</c>, or a read model's.</param>
/// <param name="Position">Everything up to here is done, or parked as a dead letter.</param>
/// <param name="LagSeconds">Age of the oldest event that is not done; 0 when there is none.</param>
/// <param name="HasFailed">It does not go on by itself, or not until what it needs is back.</param>
/// <param name="DeadLetters">Streams of all tenants that are parked for it.</param>
public sealed record LogFollower(string Name, long Position, double LagSeconds, bool HasFailed, long DeadLetters);

/// <summary>What is watched of an installation, whoever of its processes asks.</summary>
/// <param name="End">The log's.</param>
/// <param name="ParkedFulfilments">Of all tenants.</param>
public sealed record InstallationState(long End, long ParkedFulfilments, IReadOnlyList<LogFollower> Followers);

/// <summary>
/// The numbers of <see cref="ConsumerStatuses"/> and no words, in one statement that costs as little behind a million events
/// as behind none: it is asked every few seconds by every process.
/// </summary>
internal sealed class LogFollowers(PostgresReadModels readModels)
{
    private static readonly string Query = $"""
        with followed as (
            select case name when 'fulfilment' then 'reactions' else name end as name, position, false as has_failed
            from ({ConsumerStatuses.Checkpoints}) checkpoints
            union all
            select r_name, r_position, r_error is not null from read_projection_positions($1, $2)
            union all
            select 'publisher', position, leased_until <= clock_timestamp() or state not in ('starting', 'publishing')
            from kafka_publisher where epoch > 0)
        select followed.name, followed.position, followed.has_failed,
            coalesce(extract(epoch from clock_timestamp() - (
                select oldest.recorded_at from events oldest where oldest.position = followed.position + 1))::double precision, 0),
            coalesce((select count(*) from dead_letters where state <> 'replayed' and consumer = followed.name), 0),
            log.position, (select count(*) from fulfilment_board where status = 'parked')
        from log left join followed on true
        """;

    public async Task<InstallationState> Read(CancellationToken cancellation)
    {
        await using var command = readModels.DataSource.CreateCommand(Query);
        command.Parameters.AddWithValue(ReadModelCatalog.All.Select(projection => projection.Name).ToArray());
        command.Parameters.AddWithValue(ReadModelCatalog.All.Select(projection => PublishedEvents.TopicOf(projection.StreamType)).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var (end, parked, followers) = (0L, 0L, new List<LogFollower>());
        while (await reader.ReadAsync(cancellation))
        {
            (end, parked) = (reader.GetInt64(5), reader.GetInt64(6));
            if (reader.IsDBNull(0))
                continue;
            var name = reader.GetString(0);
            followers.Add(new LogFollower(
                name, reader.GetInt64(1), Math.Max(0, reader.GetDouble(3)), reader.GetBoolean(2) || HasFailedHere(name), reader.GetInt64(4)));
        }
        return new InstallationState(end, parked, followers);
    }

    // What keeps it from going on may keep it from saying so as well.
    private bool HasFailedHere(string name) =>
        ReadModelCatalog.All.Any(projection => projection.Name == name) && readModels.PositionOf(name).Error is not null;
}
