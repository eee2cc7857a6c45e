using System.Data.Common;
using Npgsql;
using NpgsqlTypes;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Engine.Webhooks;

/// <summary>What the webhooks' statements have in common.</summary>
internal static class WebhookRows
{
    // More are not counted: nobody reads on a page whether it is ten thousand or a million.
    private const int MostCounted = 10_000;

    public static readonly string View = $"""
        select w.id, w.url, w.event_types, w.description, w.enabled, w.disabled_reason, w.created_at, w.position, w.failing_since,
            (select count(*) from (
                select from webhook_deliveries d where d.webhook_id = w.id and d.status = 'pending' limit {MostCounted}) p),
            (select count(*) from (
                select from webhook_deliveries d where d.webhook_id = w.id and d.status = 'failed' limit {MostCounted}) f)
        from webhooks w where w.removed_at is null
        """;

    public const string Delivery = """
        select d.id, d.webhook_id, d.event_id, d.type, d.order_id, d.position, d.status, d.attempts, d.created_at, d.due_at, d.ended_at,
            d.status_code, d.error
        from webhook_deliveries d
        """;

    public static WebhookView ReadView(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), reader.GetString(1), reader.GetFieldValue<string[]>(2), Text(reader, 3), reader.GetBoolean(4), Text(reader, 5),
        reader.GetFieldValue<DateTimeOffset>(6), reader.GetInt64(7), Time(reader, 8), reader.GetInt64(9), reader.GetInt64(10), null);

    public static WebhookDelivery ReadDelivery(NpgsqlDataReader reader)
    {
        var status = reader.GetString(6);
        return new WebhookDelivery(
            reader.GetGuid(0), reader.GetGuid(1), reader.GetGuid(2), reader.GetString(3), Text(reader, 4), reader.GetInt64(5), status,
            reader.GetInt32(7), reader.GetFieldValue<DateTimeOffset>(8), status == "pending" ? Time(reader, 9) : null, Time(reader, 10),
            reader.IsDBNull(11) ? null : reader.GetInt32(11), Text(reader, 12));
    }

    public static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public static DateTimeOffset? Time(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);

    public static async Task<List<T>> Read<T>(
        NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellation, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellation))
            rows.Add(read(reader));
        return rows;
    }

    public static async Task<int> Execute(NpgsqlConnection connection, string sql, CancellationToken cancellation, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Runs it in a transaction, which is kept when it says so.</summary>
    /// <exception cref="UnavailableException">The database does not answer.</exception>
    public static async Task<T> InTransaction<T>(
        NpgsqlDataSource database, Func<NpgsqlConnection, Task<(T Result, bool IsKept)>> work, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellation);
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            var (result, isKept) = await work(connection);
            if (isKept)
                await transaction.CommitAsync(cancellation);
            return result;
        }
        catch (Exception failure) when (failure is DbException or TimeoutException)
        {
            throw new UnavailableException("The webhooks cannot be read or written.", failure);
        }
    }

    /// <summary>The same for what changes nothing.</summary>
    public static Task<T> Ask<T>(NpgsqlDataSource database, Func<NpgsqlConnection, Task<T>> ask, CancellationToken cancellation) =>
        InTransaction(database, async connection => (await ask(connection), false), cancellation);

    /// <summary>A parameter that may be null.</summary>
    public static NpgsqlParameter OrNull(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter { Value = value });
        return command;
    }
}
