using Npgsql;

namespace OrleansOrders.Engine.Notifications;

/// <summary>The right to tell of an event, or why there is none.</summary>
/// <param name="State"><c>claimed</c>, <c>sent</c> or <c>not-sendable</c>.</param>
/// <param name="IsMine">The caller may send now.</param>
/// <param name="HeldFor">How long somebody else's claim still holds.</param>
internal readonly record struct Claim(string State, bool IsMine, int Attempts, TimeSpan HeldFor);

/// <summary>Reads and writes <c>notifications</c> on behalf of one claimer, which no restart shares.</summary>
internal sealed class NotificationTable(NpgsqlDataSource database, Guid claimer)
{
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
    public Task MarkNotSendable(NotificationSubject subject, string reason, CancellationToken cancellation) => Execute(
        """
        insert into notifications as n (event_id, tenant, order_id, kind, state, reason, claimed_by, claimed_until)
        values ($1, $2, $3, $4, 'not-sendable', $5, $6, clock_timestamp())
        on conflict on constraint notifications_event do update set state = 'not-sendable', reason = excluded.reason
        where n.state = 'claimed' and (n.claimed_by = excluded.claimed_by or n.claimed_until <= clock_timestamp())
        """, cancellation, subject.EventId, subject.Tenant, subject.OrderId, subject.Kind, reason, claimer);

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
