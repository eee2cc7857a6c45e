using Npgsql;

namespace OrleansOrders.EventStore;

/// <summary>Reads of <c>commands</c>; <c>append_batch</c> writes it.</summary>
internal static class ReceiptTable
{
    private const string FindOne = """
        select stream_id, version, position, fingerprint, refusal_code, refusal_detail, recorded_at
        from commands where tenant = $1 and command_id = $2
        """;

    public static async Task<StoredReceipt?> Find(
        NpgsqlConnection connection, string tenant, Guid commandId, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(FindOne, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = tenant });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = commandId });
        await command.PrepareAsync(cancellation);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
            return null;
        var receipt = new Receipt(
            commandId, reader.GetFieldValue<byte[]>(3), reader.IsDBNull(4) ? null : reader.GetString(4),
            reader.IsDBNull(5) ? null : reader.GetString(5));
        return new StoredReceipt(
            receipt, StoredNames.Parse(tenant, reader.GetString(0)), reader.GetInt64(1), reader.GetInt64(2),
            reader.GetFieldValue<DateTimeOffset>(6));
    }
}
