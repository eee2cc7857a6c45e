using Npgsql;

namespace OrleansOrders.EventStore;

/// <summary>The letters as people see them: lists, one with its history, and what is done about it, with who and why.</summary>
/// <param name="dataSource">Of a database that <see cref="EventStoreSchema.Migrations"/> was applied to. Stays the caller's.</param>
public sealed class DeadLetterBook(NpgsqlDataSource dataSource)
{
    private const string Columns = """
        d.id, d.consumer, d.tenant, d.stream_id, d.version, d.position, d.event_id, d.type, d.cause, d.state, d.attempts, d.parked_at,
        d.closed_at, case when d.state = 'replayed' then 0 else coalesce(s.version, d.version) - d.version end
        from dead_letters d left join streams s on s.stream_id = d.stream_id and s.tenant = d.tenant
        """;

    /// <summary>Newest first, after the letter that a page before ended with.</summary>
    /// <param name="isOldestFirst">By the order of the log instead; without pages.</param>
    public async Task<IReadOnlyList<DeadLetter>> List(
        DeadLetterFilter filter, (DateTimeOffset ParkedAt, Guid Id)? after, int limit, CancellationToken cancellation,
        bool isOldestFirst = false)
    {
        var order = isOldestFirst ? "d.position, d.id" : "d.parked_at desc, d.id desc";
        await using var command = dataSource.CreateCommand($"""
            select {Columns}
            where d.tenant = $1 and ($2::text is null or d.consumer = $2)
                and ($3::text is null or d.state = $3 or $3 = '{DeadLetterFilter.Open}' and d.state <> 'replayed')
                and ($4::text is null or d.type = $4) and ($5::text is null or d.stream_id = $5)
                and ($6::timestamptz is null or (d.parked_at, d.id) < ($6, $7))
            order by {order} limit $8
            """);
        object?[] values =
        [
            filter.Tenant, filter.Consumer, filter.State, filter.Type, filter.StreamId, after?.ParkedAt.UtcDateTime, after?.Id ?? Guid.Empty, limit,
        ];
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value ?? DBNull.Value });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var letters = new List<DeadLetter>();
        while (await reader.ReadAsync(cancellation))
            letters.Add(Read(reader));
        return letters;
    }

    /// <summary>All open letters of a consumer, over all tenants, as the caller's transaction sees them.</summary>
    public static async Task<IReadOnlyList<DeadLetter>> ListOpen(
        NpgsqlConnection connection, string consumer, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"select {Columns} where d.consumer = $1 and d.state <> 'replayed' order by d.position", connection);
        command.Parameters.Add(new() { Value = consumer });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var letters = new List<DeadLetter>();
        while (await reader.ReadAsync(cancellation))
            letters.Add(Read(reader));
        return letters;
    }

    /// <summary>The tenant's letter, or null.</summary>
    public async Task<DeadLetter?> Find(string tenant, Guid id, CancellationToken cancellation)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        return await Find(connection, tenant, id, cancellation);
    }

    /// <summary>The same, as the caller's transaction sees it.</summary>
    public static async Task<DeadLetter?> Find(NpgsqlConnection connection, string tenant, Guid id, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"select {Columns} where d.id = $1 and d.tenant = $2", connection);
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = tenant });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? Read(reader) : null;
    }

    /// <summary>What was done about the letter, oldest first.</summary>
    public async Task<IReadOnlyList<DeadLetterAction>> ReadActions(Guid letterId, CancellationToken cancellation)
    {
        await using var command = dataSource.CreateCommand(
            "select action, actor, reason, outcome, acted_at from dead_letter_actions where letter_id = $1 order by number");
        command.Parameters.Add(new() { Value = letterId });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var actions = new List<DeadLetterAction>();
        while (await reader.ReadAsync(cancellation))
        {
            actions.Add(new DeadLetterAction(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3))
            {
                ActedAt = reader.GetFieldValue<DateTimeOffset>(4),
            });
        }
        return actions;
    }

    /// <summary>Writes down what was done about a letter.</summary>
    public async Task Record(DeadLetter letter, DeadLetterAction action, CancellationToken cancellation)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await Record(connection, letter, action, cancellation);
    }

    /// <summary>The same in the caller's transaction.</summary>
    public static async Task Record(
        NpgsqlConnection connection, DeadLetter letter, DeadLetterAction action, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "insert into dead_letter_actions (letter_id, tenant, action, actor, reason, outcome) values ($1, $2, $3, $4, $5, $6)", connection);
        object[] values =
            [letter.Id, letter.Event.Stream.Tenant, action.Action, action.Actor, action.Reason, Causes.Of(action.Outcome)];
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>
    /// Adds a repair of the letter's event and writes it down. Readers that fail on the event use the newest from now on;
    /// what was folded with an older one is the caller's to think of.
    /// </summary>
    /// <returns>Null when the request's id was used before, for another request.</returns>
    public async Task<AddedRepair?> Repair(DeadLetter letter, NewRepair repair, CancellationToken cancellation)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var stream = letter.Event.Stream;
        await Execute(
            connection, "select from dead_letters where tenant = $1 and event_id = $2 order by id for update", cancellation,
            stream.Tenant, letter.Event.EventId);
        var added = await RepairTable.Add(connection, letter.Event, repair, cancellation);
        if (added is not { IsReplayed: false })
            return added;
        // A snapshot may have been folded with an older repair.
        await Execute(
            connection, "delete from snapshots where tenant = $1 and stream_id = $2", cancellation, stream.Tenant, stream.StreamId);
        var action = new DeadLetterAction(DeadLetterAction.Repair, repair.Actor, repair.Reason, $"repair {added.Number}, as {repair.Type}");
        await Record(connection, letter, action, cancellation);
        await transaction.CommitAsync(cancellation);
        return added;
    }

    /// <summary>The repair that the same request made before, or null.</summary>
    public async Task<AddedRepair?> FindRepair(DeadLetter letter, NewRepair repair, CancellationToken cancellation)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        return await RepairTable.FindRepeated(connection, letter.Event, repair, cancellation);
    }

    /// <summary>Whether some repair of the tenant was made under this request's id.</summary>
    public async Task<bool> IsRequestKnown(string tenant, Guid requestId, CancellationToken cancellation)
    {
        await using var command = dataSource.CreateCommand("select exists (select from event_repairs where request_id = $1 and tenant = $2)");
        command.Parameters.Add(new() { Value = requestId });
        command.Parameters.Add(new() { Value = tenant });
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken cancellation, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static DeadLetter Read(NpgsqlDataReader reader) => new(
        reader.GetGuid(0),
        new PoisonEvent(
            reader.GetString(1), StoredNames.Parse(reader.GetString(2), reader.GetString(3)), reader.GetInt64(4), reader.GetInt64(5),
            reader.GetGuid(6), reader.GetString(7), reader.GetString(8)),
        reader.GetString(9), reader.GetInt32(10), reader.GetFieldValue<DateTimeOffset>(11),
        reader.IsDBNull(12) ? null : reader.GetFieldValue<DateTimeOffset>(12), reader.GetInt64(13));
}
