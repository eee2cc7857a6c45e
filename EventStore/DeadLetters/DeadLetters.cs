using Npgsql;

namespace OrleansOrders.EventStore;

/// <summary>
/// Dead letters: one mechanism for every consumer of the log. A consumer parks the stream of an event that it cannot take,
/// in the transaction that moves its position, goes on with everything else, and takes the stream up again when somebody
/// has asked for a replay.
/// </summary>
/// <param name="dataSource">Of a database that <see cref="EventStoreSchema.Migrations"/> was applied to. Stays the caller's.</param>
public sealed class DeadLetters(NpgsqlDataSource dataSource)
{
    /// <summary>Parks the event's stream. Repeating it only counts an attempt.</summary>
    /// <returns>The letter's id.</returns>
    public async Task<Guid> Park(PoisonEvent poison, CancellationToken cancellation)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        return await Park(connection, poison, cancellation);
    }

    /// <summary>
    /// The same in the caller's transaction. Take locks of your own before, because this one is held to the transaction's end
    /// and every other change of the consumer's letters waits for it.
    /// </summary>
    public static async Task<Guid> Park(NpgsqlConnection connection, PoisonEvent poison, CancellationToken cancellation) =>
        (await Park(connection, [poison], cancellation))[0];

    /// <summary>The same for many, in one statement.</summary>
    /// <returns>Their letters, in their order.</returns>
    public static async Task<IReadOnlyList<Guid>> Park(
        NpgsqlConnection connection, IReadOnlyList<PoisonEvent> poison, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            """
            select park_stream(p.consumer, p.tenant, p.stream_id, p.version, p.position, p.event_id, p.type, p.cause)
            from unnest($1, $2, $3, $4, $5, $6, $7, $8)
                with ordinality p (consumer, tenant, stream_id, version, position, event_id, type, cause, number)
            order by p.number
            """, connection);
        Add(command, poison, one => one.Consumer);
        Add(command, poison, one => one.Stream.Tenant);
        Add(command, poison, one => one.Stream.StreamId);
        Add(command, poison, one => one.Version);
        Add(command, poison, one => one.Position);
        Add(command, poison, one => one.EventId);
        Add(command, poison, one => one.Type);
        Add(command, poison, one => Causes.Of(one.Cause));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var letters = new List<Guid>(poison.Count);
        while (await reader.ReadAsync(cancellation))
            letters.Add(reader.GetGuid(0));
        return letters;
    }

    /// <summary>
    /// Closes a letter: its stream has been taken up to the consumer's position. Do it in the transaction that holds what the
    /// replay did, or after it, where doing that again is harmless.
    /// </summary>
    /// <returns>False when it was closed before.</returns>
    public async Task<bool> Close(Guid letterId, CancellationToken cancellation)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        return await Close(connection, letterId, cancellation);
    }

    /// <summary>The same in the caller's transaction.</summary>
    public static Task<bool> Close(NpgsqlConnection connection, Guid letterId, CancellationToken cancellation) =>
        Change(connection, letterId, DeadLetterStates.Replayed, cancellation);

    /// <summary>Asks the consumer to try again; see <see cref="ParkedStreams.ReplayRequests"/>.</summary>
    /// <returns>False when the letter is closed.</returns>
    public async Task<bool> RequestReplay(Guid letterId, CancellationToken cancellation)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        return await Change(connection, letterId, DeadLetterStates.ReplayRequested, cancellation);
    }

    /// <summary>
    /// The consumer's parked streams, and the revision that they were read at: the two belong together. Null when the
    /// revision is still <paramref name="known"/>, which costs a look at one row.
    /// </summary>
    public async Task<(long Revision, IReadOnlyList<ParkedStream> Streams)?> ReadParked(
        string consumer, long known, CancellationToken cancellation)
    {
        await using var command = dataSource.CreateCommand("""
            select r.revision, d.id, d.tenant, d.stream_id, d.version, d.state = 'replay-requested'
            from dead_letter_revisions r
            left join dead_letters d on d.consumer = r.consumer and d.state <> 'replayed'
            where r.consumer = $1 and r.revision <> $2
            """);
        command.Parameters.Add(new() { Value = consumer });
        command.Parameters.Add(new() { Value = known });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        (long, IReadOnlyList<ParkedStream>)? found = null;
        var streams = new List<ParkedStream>();
        while (await reader.ReadAsync(cancellation))
        {
            found = (reader.GetInt64(0), streams);
            if (!reader.IsDBNull(1))
            {
                streams.Add(new ParkedStream(
                    reader.GetGuid(1), StoredNames.Parse(reader.GetString(2), reader.GetString(3)), reader.GetInt64(4), reader.GetBoolean(5)));
            }
        }
        return found;
    }

    private static void Add<T>(NpgsqlCommand command, IReadOnlyList<PoisonEvent> poison, Func<PoisonEvent, T> value) =>
        command.Parameters.Add(new() { Value = poison.Select(value).ToArray() });

    private static async Task<bool> Change(NpgsqlConnection connection, Guid letterId, string state, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select change_dead_letter($1, $2)", connection);
        command.Parameters.Add(new() { Value = letterId });
        command.Parameters.Add(new() { Value = state });
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
