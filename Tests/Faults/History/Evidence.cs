using Npgsql;

namespace OrleansOrders.Tests.Faults;

/// <summary>An event as the log holds it.</summary>
/// <param name="IsCaused">Another event set it off; otherwise a caller did.</param>
/// <param name="Text">Data and metadata.</param>
internal sealed record LoggedEvent(
    long Position, string Tenant, string Stream, long Version, Guid EventId, Guid CommandId, bool IsCaused, string Text)
{
    public override string ToString() => $"{Tenant}/{Stream} version {Version} at {Position}";
}

/// <param name="RefusalCode">Null when it was done.</param>
internal sealed record LoggedReceipt(
    string Tenant, Guid CommandId, string Stream, long Version, long Position, string? RefusalCode, string Text)
{
    public override string ToString() => RefusalCode is null ? $"done with version {Version} at {Position}" : $"refused with {RefusalCode}";
}

/// <summary>What the database says of the commands: the log in its order, and the receipts.</summary>
internal sealed record Evidence(IReadOnlyList<LoggedEvent> Events, IReadOnlyList<LoggedReceipt> Receipts)
{
    private const string Log = """
        select position, tenant, stream_id, version, event_id, (metadata ->> 'commandId')::uuid, metadata ->> 'causationId' is not null,
            data::text || metadata::text
        from events order by position
        """;

    private const string Commands = """
        select tenant, command_id, stream_id, version, position, refusal_code, coalesce(refusal_detail, '') from commands
        """;

    public static async Task<Evidence> Read(NpgsqlDataSource database) => new(
        await Read(database, Log, row => new LoggedEvent(
            row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetGuid(4), row.GetGuid(5), row.GetBoolean(6), row.GetString(7))),
        await Read(database, Commands, row => new LoggedReceipt(
            row.GetString(0), row.GetGuid(1), row.GetString(2), row.GetInt64(3), row.GetInt64(4), row.IsDBNull(5) ? null : row.GetString(5), row.GetString(6))));

    private static async Task<IReadOnlyList<T>> Read<T>(NpgsqlDataSource database, string sql, Func<NpgsqlDataReader, T> read)
    {
        var rows = new List<T>();
        await using var command = database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            rows.Add(read(reader));
        return rows;
    }
}
