using System.Collections.Frozen;
using Npgsql;
using OrleansOrders.Engine.Personal;
using OrleansOrders.EventStore;

namespace OrleansOrders.Engine.Webhooks;

/// <summary>This process's share of the subscriptions.</summary>
internal sealed class WebhookLanes(NpgsqlDataSource database, string owner, MasterKey master, WebhookOptions options, TimeProvider time)
{
    // A renewal takes a moment, and the other's clock is the database's.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    private long renewedAt;
    private IReadOnlyList<int> lanes = [];

    /// <summary>Whether something may still be begun.</summary>
    public bool IsHeld => lanes.Count > 0 && time.GetElapsedTime(renewedAt) < options.Lease - Margin;

    /// <summary>Whether what belongs to all is this process's to do.</summary>
    public bool IsFirst => IsHeld && lanes.Contains(0);

    /// <returns>What this process sends for until the next renewal.</returns>
    public async Task<IReadOnlyList<SubscriptionRow>> Renew(CancellationToken cancellation)
    {
        var asked = time.GetTimestamp();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        lanes = await WebhookRows.Read(
            connection, "select r_lane from lease_webhook_lanes($1, $2, $3)", reader => reader.GetInt32(0), cancellation, owner, Webhooks.Lanes,
            options.Lease);
        renewedAt = asked;
        var rows = await WebhookRows.Read(
            connection, """
            select w.id, w.tenant, w.url, w.event_types, w.position, w.failing_since is not null,
                (select count(*) from (select from webhook_deliveries d where d.webhook_id = w.id and d.status = 'pending' limit $2) p)
            from webhooks w where w.lane = any ($1) and w.enabled and w.removed_at is null
            """, reader => new SubscriptionRow(
                reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<string[]>(3).ToFrozenSet(StringComparer.Ordinal),
                reader.GetInt64(4), reader.GetBoolean(5), (int)reader.GetInt64(6), []), cancellation, lanes.ToArray(), options.Window);
        return rows.Count == 0 ? rows : await WithSecrets(connection, rows, cancellation);
    }

    /// <summary>Gives everything back.</summary>
    public async Task Leave(CancellationToken cancellation)
    {
        lanes = [];
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await WebhookRows.Execute(connection, "select leave_webhook_lanes($1)", cancellation, owner);
    }

    // One whose secret is not there was removed meanwhile.
    private async Task<IReadOnlyList<SubscriptionRow>> WithSecrets(
        NpgsqlConnection connection, List<SubscriptionRow> rows, CancellationToken cancellation)
    {
        var secrets = (await SharedSecretTable.Find(
            connection, [.. rows.Select(row => WebhookSecrets.OwnerOf(row.Id))], time.GetUtcNow(), cancellation)).ToLookup(secret => secret.Key.CustomerId);
        return
        [
            .. from row in rows
               let own = secrets[WebhookSecrets.OwnerOf(row.Id)].Select(secret => master.Unwrap(secret.Key)).ToArray()
               where own.Length > 0
               select row with { Secrets = own },
        ];
    }
}
