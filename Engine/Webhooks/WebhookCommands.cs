using Npgsql;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Engine.Webhooks;

/// <summary>Carries out what is asked for about webhooks, once for each idempotency key: key and effect are kept together.</summary>
internal sealed class WebhookCommands(NpgsqlDataSource database, TimeProvider time)
{
    /// <param name="carryOut">Says what came of it, and a number that a replay needs. Only what is done is kept.</param>
    /// <param name="replay">Gives the earlier answer, from that number and the time of then.</param>
    public Task<WebhookOutcome<T>> Once<T>(
        string tenant, WebhookCommand command, Func<NpgsqlConnection, Task<(WebhookAnswer Answer, T? Value, long? Result)>> carryOut,
        Func<NpgsqlConnection, long?, DateTimeOffset, Task<T?>> replay, CancellationToken cancellation) =>
        WebhookRows.InTransaction(
            database, async connection =>
            {
                // Whoever comes second with the key waits here for the first one's end.
                if (await WebhookRows.Execute(
                    connection, "insert into webhook_commands (tenant, command_id, fingerprint, at) values ($1, $2, $3, $4) on conflict do nothing",
                    cancellation, tenant, command.Id, command.Fingerprint, time.GetUtcNow()) == 0)
                    return (await Replay(connection, tenant, command, replay, cancellation), false);
                var (answer, value, result) = await carryOut(connection);
                if (result is { } number)
                {
                    await WebhookRows.Execute(
                        connection, "update webhook_commands set result = $1 where command_id = $2 and tenant = $3", cancellation,
                        number, command.Id, tenant);
                }
                return (new WebhookOutcome<T>(answer, value, false), answer == WebhookAnswer.Done);
            }, cancellation);

    private static async Task<WebhookOutcome<T>> Replay<T>(
        NpgsqlConnection connection, string tenant, WebhookCommand command, Func<NpgsqlConnection, long?, DateTimeOffset, Task<T?>> replay,
        CancellationToken cancellation)
    {
        var (fingerprint, result, at) = (await WebhookRows.Read(
            connection, "select fingerprint, result, at from webhook_commands where command_id = $1 and tenant = $2",
            reader => (reader.GetFieldValue<byte[]>(0), reader.IsDBNull(1) ? (long?)null : reader.GetInt64(1), reader.GetFieldValue<DateTimeOffset>(2)),
            cancellation, command.Id, tenant))[0];
        if (!fingerprint.AsSpan().SequenceEqual(command.Fingerprint))
            return new WebhookOutcome<T>(WebhookAnswer.KeyReused, default, false);
        // What it was about may be gone by now.
        return await replay(connection, result, at) is { } value
            ? new WebhookOutcome<T>(WebhookAnswer.Done, value, true)
            : new WebhookOutcome<T>(WebhookAnswer.NotFound, default, true);
    }
}
