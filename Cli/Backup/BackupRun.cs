using System.Data;
using Npgsql;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Backup;

/// <summary>
/// Writes a database into a folder, as it is at one moment, while servers work on it: every table is read in one snapshot,
/// so that an event, its receipt and the provider's books are in it together or not at all.
/// </summary>
/// <remarks>
/// It needs a connection and no program of PostgreSQL's: those that come with npm have no pg_dump, and a server elsewhere
/// may be of another version. See decision 21.
/// </remarks>
internal sealed class BackupRun(NpgsqlDataSource database, string folder, Action<string> report)
{
    /// <summary>Events that were restored before keep the commits they were given then, apart from those of their new server.</summary>
    private const string RestoredCommits = "4611686018427387904";

    public async Task<BackupManifest> Run(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        // Where rows are secured by tenant, a reader that would not see all of them is refused instead.
        await Execute(connection, "set transaction read only; set local row_security = off; set local statement_timeout = 0", cancellation);
        var schema = await BackupTables.ReadSchema(connection, cancellation);
        var tables = new List<BackedUpTable>();
        foreach (var (name, columns) in await BackupTables.Read(connection, cancellation))
        {
            report($"Writing {name} ...");
            tables.Add(await Write(connection, name, columns, cancellation));
        }
        var manifest = await Describe(connection, schema, tables, await CopyColdFiles(connection, cancellation), cancellation);
        await manifest.Write(folder, cancellation);
        return manifest;
    }

    private static async Task<BackupManifest> Describe(
        NpgsqlConnection connection, IReadOnlyDictionary<string, string> schema, IReadOnlyList<BackedUpTable> tables,
        IReadOnlyList<BackupFile> coldFiles, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "select now(), l.position, k.epoch, a.number, a.hash from log l cross join kafka_publisher k cross join audit_head a", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation))
            throw new Failure(ExitCodes.DataUnusable, "The log, the publisher or the audit has lost its row: `orders verify` says more.");
        return new BackupManifest(
            BackupManifest.KnownFormat, Guid.NewGuid(), reader.GetFieldValue<DateTimeOffset>(0), schema, reader.GetInt64(1), reader.GetInt64(2),
            reader.GetInt64(3), Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(4)), tables, coldFiles);
    }

    private async Task<BackedUpTable> Write(
        NpgsqlConnection connection, string name, IReadOnlyList<string> columns, CancellationToken cancellation)
    {
        await using var count = new NpgsqlCommand($"select count(*) from \"{name}\"", connection) { CommandTimeout = 0 };
        var rows = (long)(await count.ExecuteScalarAsync(cancellation))!;
        var selected = name == "events" ? await SelectEvents(connection, columns, cancellation) : BackupTables.Listed(columns);
        var file = await BackupFiles.WriteCompressed(folder, $"tables/{name}.gz", async target =>
        {
            await using var source = await connection.BeginRawBinaryCopyAsync(
                $"copy (select {selected} from \"{name}\") to stdout (format binary)", cancellation);
            await source.CopyToAsync(target, cancellation);
        }, cancellation);
        return new BackedUpTable(name, columns, rows, file);
    }

    // They never change once a row speaks of them.
    private async Task<IReadOnlyList<BackupFile>> CopyColdFiles(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var places = await BackupTables.ReadPairs(connection, "select folder, file_name from archives order by archived_at, file_name", cancellation);
        var files = new List<BackupFile>();
        foreach (var (from, name) in places)
            files.Add(await BackupFiles.Copy(Path.Combine(from, name), folder, $"{BackupManifest.ColdFolder}/{name}", cancellation));
        return files;
    }

    // A new server counts its transactions from the beginning again: its commits would be taken for parts of those that
    // stand in the log. The numbers of a backup's commits therefore begin where no server comes to.
    private static async Task<string> SelectEvents(NpgsqlConnection connection, IReadOnlyList<string> columns, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select (coalesce(max(transaction_id::text::numeric) filter (where transaction_id >= '{RestoredCommits}'::xid8), {RestoredCommits}) + 1)::text
            from events
            """, connection) { CommandTimeout = 0 };
        var first = (string)(await command.ExecuteScalarAsync(cancellation))!;
        var moved = $"""
            case when transaction_id >= '{RestoredCommits}'::xid8 then transaction_id
                else (transaction_id::text::numeric + {first})::text::xid8 end
            """;
        return string.Join(", ", columns.Select(column => column == "transaction_id" ? moved : $"\"{column}\""));
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
