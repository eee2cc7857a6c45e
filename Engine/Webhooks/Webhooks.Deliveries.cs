using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Npgsql;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Engine.Webhooks;

/// <content>What was sent, and what is to be sent once more.</content>
public sealed partial class Webhooks
{
    private const int MostResent = 10_000;

    // What is sent again has no turn: what came after it may have arrived long ago, and waits no more.
    private const string Again = """
        update webhook_deliveries d set status = 'pending', due_at = $1, tried_since = null, ended_at = null, turn = 'again-' || d.id
        """;

    public async Task<WebhookOutcome<WebhookDelivery>> Ping(string tenant, Guid id, WebhookCommand command, CancellationToken cancellation)
    {
        var (delivery, end) = (Ids.Derive("webhook-ping", command.Id.ToString("N")), await ReadEnd(cancellation));
        return await commands.Once(tenant, command, async connection =>
        {
            if (await RefuseUnlessEnabled(connection, tenant, id, cancellation) is { } refused)
                return (refused, null, null);
            var now = time.GetUtcNow();
            await WebhookRows.Execute(
                connection, """
                insert into webhook_deliveries (id, webhook_id, position, event_id, type, turn, status, created_at, due_at)
                values ($1, $2, $3, $1, $4, 'ping-' || $1::text, 'pending', $5, $5)
                """, cancellation, delivery, id, end, WebhookBody.Ping, now);
            return (WebhookAnswer.Done, await FindDelivery(connection, tenant, id, delivery, cancellation), null);
        }, (connection, _, _) => FindDelivery(connection, tenant, id, delivery, cancellation), cancellation);
    }

    public Task<Page<WebhookDelivery>?> ListDeliveries(
        string tenant, Guid id, string? status, string? cursor, int limit, CancellationToken cancellation) => WebhookRows.Ask(
            database, async connection =>
            {
                var (position, last) = ReadCursor(cursor);
                if (await Find(connection, tenant, id, cancellation) is null)
                    return null;
                var found = await WebhookRows.Read(
                    connection, $"""
                    {WebhookRows.Delivery}
                    where d.webhook_id = $1 and (d.position, d.id) < ($2, $3) {(status is null ? "" : "and d.status = $5")}
                    order by d.position desc, d.id desc limit $4
                    """, WebhookRows.ReadDelivery, cancellation, [id, position, last, limit + 1, .. status is null ? [] : (object[])[status]]);
                var items = found.Take(limit).ToArray();
                return new Page<WebhookDelivery>(items, found.Count > limit ? WriteCursor(items[^1]) : null);
            }, cancellation);

    public Task<(WebhookDelivery Delivery, IReadOnlyList<WebhookAttempt> Attempts)?> FindDelivery(
        string tenant, Guid id, Guid deliveryId, CancellationToken cancellation) => WebhookRows.Ask(
            database, async connection =>
            {
                if (await FindDelivery(connection, tenant, id, deliveryId, cancellation) is not { } delivery)
                    return ((WebhookDelivery, IReadOnlyList<WebhookAttempt>)?)null;
                var attempts = await WebhookRows.Read(
                    connection, """
                    select number, at, milliseconds, status_code, error, reply from webhook_attempts where delivery_id = $1 order by number
                    """, reader => new WebhookAttempt(
                        reader.GetInt32(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetInt64(2), reader.IsDBNull(3) ? null : reader.GetInt32(3),
                        WebhookRows.Text(reader, 4), WebhookRows.Text(reader, 5)), cancellation, deliveryId);
                return (delivery, attempts);
            }, cancellation);

    public Task<WebhookOutcome<WebhookDelivery>> Resend(
        string tenant, Guid id, Guid deliveryId, WebhookCommand command, CancellationToken cancellation) => commands.Once(
            tenant, command, async connection =>
            {
                if (await RefuseUnlessEnabled(connection, tenant, id, cancellation) is { } refused)
                    return (refused, null, null);
                return await WebhookRows.Execute(
                    connection, $"{Again} where d.id = $2 and d.webhook_id = $3", cancellation, time.GetUtcNow(), deliveryId, id) == 0
                    ? (WebhookAnswer.NotFound, (WebhookDelivery?)null, (long?)null)
                    : (WebhookAnswer.Done, await FindDelivery(connection, tenant, id, deliveryId, cancellation), null);
            }, (connection, _, _) => FindDelivery(connection, tenant, id, deliveryId, cancellation), cancellation);

    public Task<WebhookOutcome<long>> ResendFailed(
        string tenant, Guid id, DateTimeOffset since, WebhookCommand command, CancellationToken cancellation) => commands.Once(
            tenant, command, async connection =>
            {
                if (await RefuseUnlessEnabled(connection, tenant, id, cancellation) is { } refused)
                    return (refused, 0L, (long?)null);
                long count = await WebhookRows.Execute(
                    connection, $"""
                    {Again} where d.id in (
                        select f.id from webhook_deliveries f where f.webhook_id = $2 and f.status = 'failed' and f.created_at >= $3
                        order by f.position limit $4 for update)
                    """, cancellation, time.GetUtcNow(), id, since, MostResent);
                return (WebhookAnswer.Done, count, count);
            }, (_, count, _) => Task.FromResult(count ?? 0), cancellation);

    // Held until the end, so that it is not removed in between.
    private static async Task<WebhookAnswer?> RefuseUnlessEnabled(
        NpgsqlConnection connection, string tenant, Guid id, CancellationToken cancellation) => await WebhookRows.Read(
            connection, "select enabled from webhooks where id = $1 and tenant = $2 and removed_at is null for key share",
            reader => reader.GetBoolean(0), cancellation, id, tenant) switch
        {
            [true] => null,
            [false] => WebhookAnswer.Disabled,
            _ => WebhookAnswer.NotFound,
        };

    private static async Task<WebhookDelivery?> FindDelivery(
        NpgsqlConnection connection, string tenant, Guid id, Guid deliveryId, CancellationToken cancellation) => (await WebhookRows.Read(
            connection, $"""
            {WebhookRows.Delivery} join webhooks w on w.id = d.webhook_id
            where d.id = $1 and d.webhook_id = $2 and w.tenant = $3 and w.removed_at is null
            """, WebhookRows.ReadDelivery, cancellation, deliveryId, id, tenant)).FirstOrDefault();

    private static string WriteCursor(WebhookDelivery last) => Base64Url.EncodeToString(
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{last.Position} {last.Id:N}")));

    private static (long Position, Guid Id) ReadCursor(string? cursor)
    {
        if (cursor is null)
            return (long.MaxValue, Guid.AllBitsSet);
        if (!Base64Url.IsValid(cursor) || Encoding.ASCII.GetString(Base64Url.DecodeFromChars(cursor)).Split(' ') is not [var position, var id]
            || !long.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out var read) || !Guid.TryParseExact(id, "N", out var last))
            throw new BadCursorException();
        return (read, last);
    }
}
