using Npgsql;

namespace OrleansOrders.Engine.Notifications;

/// <summary>The right to tell of an event, or why there is none.</summary>
/// <param name="State"><c>claimed</c>, <c>sent</c> or <c>not-sendable</c>.</param>
/// <param name="IsMine">The caller may send now.</param>
/// <param name="HeldFor">How long somebody else's claim still holds.</param>
internal readonly record struct Claim(string State, bool IsMine, int Attempts, TimeSpan HeldFor);

/// <summary>Reads and writes <c>notifications</c> on behalf of one claimer, which no restart shares.</summary>
internal sealed class NotificationTable
{
    private const int MostRows = 500;

    private readonly NpgsqlDataSource database;
    private readonly Guid claimer;
    private readonly Gathered<(NotificationSubject Subject, string Reason), bool> notSendable;

    /// <param name="database">Stays the caller's.</param>
    public NotificationTable(NpgsqlDataSource database, Guid claimer)
    {
        (this.database, this.claimer) = (database, claimer);
        notSendable = new(MostRows, MarkNotSendable);
    }

    public async Task<Claim> Claim(NotificationSubject subject, TimeSpan lease, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            "select r_state, r_is_mine, r_attempts, r_held_for from claim_notification($1, $2, $3, $4, $5, $6)");
        Add(command, subject.EventId, subject.Tenant, subject.OrderId, subject.Kind, claimer, lease);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return new Claim(reader.GetString(0), reader.GetBoolean(1), reader.GetInt32(2), reader.GetFieldValue<TimeSpan>(3));
    }

    /// <summary>The message has left. Without effect when somebody has taken the claim over.</summary>
    public Task MarkSent(NotificationSubject subject, CancellationToken cancellation) => Execute(
        """
        update notifications set state = 'sent', sent_at = clock_timestamp()
        where event_id = $1 and tenant = $2 and claimed_by = $3 and state = 'claimed'
        """, cancellation, subject.EventId, subject.Tenant, claimer);

    /// <summary>Gives the claim back, so that the next attempt need not wait for its end.</summary>
    public Task Release(NotificationSubject subject, CancellationToken cancellation) => Execute(
        "update notifications set claimed_until = clock_timestamp() where event_id = $1 and tenant = $2 and claimed_by = $3 and state = 'claimed'",
        cancellation, subject.EventId, subject.Tenant, claimer);

    /// <summary>Nobody can be told, and why. What was sent stays sent; a message that may be on the way is left to its claim.</summary>
    public Task MarkNotSendable(NotificationSubject subject, string reason, CancellationToken cancellation) =>
        notSendable.Ask((subject, reason), cancellation);

    private async Task<IReadOnlyList<bool>> MarkNotSendable(IReadOnlyList<(NotificationSubject Subject, string Reason)> rows)
    {
        // Nobody hands in an event twice at a time, but one statement may not touch a row twice at all.
        var events = rows.DistinctBy(row => (row.Subject.EventId, row.Subject.Tenant)).ToList();
        await Execute(
            """
            insert into notifications as n (event_id, tenant, order_id, kind, state, reason, claimed_by, claimed_until)
            select event_id, tenant, order_id, kind, 'not-sendable', reason, $6, clock_timestamp()
            from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[]) told(event_id, tenant, order_id, kind, reason)
            on conflict on constraint notifications_event do update set state = 'not-sendable', reason = excluded.reason
            where n.state = 'claimed' and (n.claimed_by = excluded.claimed_by or n.claimed_until <= clock_timestamp())
            """, CancellationToken.None,
            events.Select(row => row.Subject.EventId).ToArray(), events.Select(row => row.Subject.Tenant).ToArray(),
            events.Select(row => row.Subject.OrderId).ToArray(), events.Select(row => row.Subject.Kind).ToArray(),
            events.Select(row => row.Reason).ToArray(), claimer);
        return new bool[rows.Count];
    }

    private async Task Execute(string sql, CancellationToken cancellation, params object[] values)
    {
        await using var command = database.CreateCommand(sql);
        Add(command, values);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static void Add(NpgsqlCommand command, params object[] values)
    {
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
    }
}
