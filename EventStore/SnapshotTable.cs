using Npgsql;

namespace OrleansOrders.EventStore;

/// <summary>Reads and writes <c>snapshots</c>. A row that is not exactly what was written is forgotten.</summary>
internal sealed class SnapshotTable(NpgsqlDataSource dataSource)
{
    private const string Select = """
        select version, position, hash, schema, state, checksum from snapshots where tenant = $1 and stream_id = $2
        """;

    private const string Upsert = """
        insert into snapshots (tenant, stream_id, version, position, hash, schema, state, checksum)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict on constraint snapshots_stream do update set
            version = excluded.version, position = excluded.position, hash = excluded.hash, schema = excluded.schema,
            state = excluded.state, checksum = excluded.checksum
        where snapshots.version <= excluded.version or snapshots.schema <> excluded.schema
        """;

    private const string Delete = "delete from snapshots where tenant = $1 and stream_id = $2 and checksum = $3";

    public async Task<Snapshot?> Read(StreamName stream, string schema, CancellationToken cancellation)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        var (snapshot, checksum) = await ReadRow(connection, stream, cancellation);
        if (snapshot is null)
            return null;
        if (!SnapshotChecksum.Of(stream, snapshot).AsSpan().SequenceEqual(checksum))
        {
            // Left in place, a damaged version number could keep newer snapshots out for ever.
            await Execute(connection, Delete, stream, [new NpgsqlParameter<byte[]> { TypedValue = checksum }], cancellation);
            return null;
        }
        return snapshot.Schema == schema ? snapshot : null;
    }

    public async Task Write(StreamName stream, Snapshot snapshot, CancellationToken cancellation)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await Execute(
            connection, Upsert, stream,
            [
                new NpgsqlParameter<long> { TypedValue = snapshot.Head.Version },
                new NpgsqlParameter<long> { TypedValue = snapshot.Head.Position },
                new NpgsqlParameter<byte[]> { TypedValue = snapshot.Head.Hash.ToArray() },
                new NpgsqlParameter<string> { TypedValue = snapshot.Schema },
                new NpgsqlParameter<byte[]> { TypedValue = snapshot.State.ToArray() },
                new NpgsqlParameter<byte[]> { TypedValue = SnapshotChecksum.Of(stream, snapshot) },
            ],
            cancellation);
    }

    private static async Task<(Snapshot? Snapshot, byte[] Checksum)> ReadRow(
        NpgsqlConnection connection, StreamName stream, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Select, connection);
        AddName(command, stream);
        await command.PrepareAsync(cancellation);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
            return (null, []);
        var head = new StreamHead(reader.GetInt64(0), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2));
        return (new Snapshot(head, reader.GetString(3), reader.GetFieldValue<byte[]>(4)), reader.GetFieldValue<byte[]>(5));
    }

    private static async Task Execute(
        NpgsqlConnection connection, string sql, StreamName stream, NpgsqlParameter[] rest, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        AddName(command, stream);
        command.Parameters.AddRange(rest);
        await command.PrepareAsync(cancellation);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static void AddName(NpgsqlCommand command, StreamName stream)
    {
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stream.Tenant });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stream.StreamId });
    }
}
