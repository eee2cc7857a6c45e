using Npgsql;
using NpgsqlTypes;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Engine.Auditing;

/// <summary>Reads of <c>audit</c>, and the one way to add to it.</summary>
public static class AuditTable
{
    /// <summary>Of a line, in the order that <see cref="Read"/> takes them.</summary>
    public const string Columns = "number, kind, tenant, actor, action, target, reason, source, trace_id, outcome, count, intent, at, hash";

    private const string Insert = $"""
        insert into audit ({Columns})
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        """;

    // Held to the end of the transaction: lines are numbered and tied one after the other, whoever writes them.
    private const string TakeHead = "select number, hash, clock_timestamp() from audit_head for update";

    private const string MoveHead = "update audit_head set number = $1, hash = $2";

    /// <summary>Adds lines in the caller's transaction; their numbers and times are given here.</summary>
    /// <returns>The number of the last.</returns>
    public static async Task<long> Append(
        NpgsqlConnection connection, IReadOnlyCollection<AuditEntry> entries, CancellationToken cancellation)
    {
        var (number, hash, at) = await Take(connection, cancellation);
        await using var batch = new NpgsqlBatch(connection);
        foreach (var entry in entries)
        {
            var numbered = entry with { Number = ++number, At = at };
            hash = AuditChain.Next(hash, numbered);
            batch.BatchCommands.Add(InsertOf(numbered, hash));
        }
        batch.BatchCommands.Add(new NpgsqlBatchCommand(MoveHead) { Parameters = { new() { Value = number }, new() { Value = hash } } });
        await batch.ExecuteNonQueryAsync(cancellation);
        return number;
    }

    /// <summary>The line and its hash, from a row of <see cref="Columns"/>.</summary>
    public static (AuditEntry Entry, byte[] Hash) Read(NpgsqlDataReader row) => (
        new AuditEntry(
            row.GetInt64(0), row.GetString(1),
            new AuditedAction(Text(row, 2), row.GetString(3), row.GetString(4), row.GetString(5), Text(row, 6), Text(row, 7), Text(row, 8)),
            Text(row, 9), row.GetInt64(10), row.IsDBNull(11) ? null : row.GetInt64(11), row.GetFieldValue<DateTimeOffset>(12)),
        row.GetFieldValue<byte[]>(13));

    private static async Task<(long Number, byte[] Hash, DateTimeOffset At)> Take(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(TakeHead, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? (reader.GetInt64(0), reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<DateTimeOffset>(2))
            : throw new InvalidOperationException("The audit has lost its head: `orders audit verify` says more.");
    }

    private static NpgsqlBatchCommand InsertOf(AuditEntry entry, byte[] hash)
    {
        var command = new NpgsqlBatchCommand(Insert);
        command.Parameters.Add(new() { Value = entry.Number });
        foreach (var text in AuditChain.TextsOf(entry))
            command.Parameters.Add(new() { Value = text ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = entry.Count });
        command.Parameters.Add(new() { Value = entry.Intent ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        command.Parameters.Add(new() { Value = entry.At });
        command.Parameters.Add(new() { Value = hash });
        return command;
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
