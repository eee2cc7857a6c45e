using Npgsql;
using OrleansOrders.Cli.Commands;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine.Auditing;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Backup;

/// <summary>
/// Fills an empty database from a backup, in one transaction: it is restored whole, or still empty. Whoever published the
/// log before is fenced, and what is put on record stands behind what the backup holds.
/// </summary>
/// <param name="coldFolder">Where archived streams' files go, and are read from afterwards.</param>
internal sealed class RestoreRun(NpgsqlDataSource database, string folder, BackupManifest manifest, string coldFolder, Action<string> report)
{
    /// <summary>More publishers than can have come and gone on the old database since the backup.</summary>
    public const long EpochsAhead = 1_000_000;

    private const string Anything = """
        select (select position + receipts from log) > 0 or exists (select from streams) or exists (select from events)
            or exists (select from commands) or exists (select from audit) or exists (select from provider_ledger)
        """;

    /// <summary>Looks at every file of the backup.</summary>
    /// <exception cref="Failure">One is missing or damaged.</exception>
    public async Task CheckFiles(CancellationToken cancellation)
    {
        foreach (var file in manifest.Tables.Select(table => table.File).Concat(manifest.ColdFiles))
            await BackupFiles.Check(folder, file, cancellation);
    }

    /// <returns>The publisher's epoch from now on.</returns>
    /// <exception cref="Failure">The database holds something, or has other tables than the backup.</exception>
    public async Task<long> Run(AuditedAction action, CancellationToken cancellation)
    {
        await Schema.Apply(database, cancellation);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await Execute(connection, "set local statement_timeout = 0; set local synchronous_commit = on", cancellation);
        await RefuseOthers(connection, cancellation);
        foreach (var table in manifest.Tables)
            await Fill(connection, table, cancellation);
        await Execute(connection, SetSequences, cancellation);
        await Execute(connection, ForgetWhatRan, cancellation);
        await RestoreColdFiles(connection, cancellation);
        var epoch = await Fence(connection, cancellation);
        var intent = await AuditTable.Append(connection, [new AuditEntry(0, AuditEntry.Intended, action, null, 1, null, default)], cancellation);
        var outcome = $"done: {manifest.Tables.Sum(table => table.Rows)} rows up to position {manifest.Position}, publisher epoch {epoch}";
        await AuditTable.Append(connection, [new AuditEntry(0, AuditEntry.Ended, action, outcome, 1, intent, default)], cancellation);
        await transaction.CommitAsync(cancellation);
        await Execute(connection, "analyze", cancellation);
        return epoch;
    }

    /// <summary>Says whether there is anything in the database that a restore would have to be kept from.</summary>
    public static async Task<bool> IsEmpty(NpgsqlConnection connection, CancellationToken cancellation) =>
        await Single<bool>(connection, "select to_regclass('log') is null", cancellation)
        || !await Single<bool>(connection, "select to_regclass('audit') is not null and to_regclass('provider_ledger') is not null", cancellation)
        || !await Single<bool>(connection, Anything, cancellation);

    private async Task RefuseOthers(NpgsqlConnection connection, CancellationToken cancellation)
    {
        // Nobody begins to write between this look and the end.
        await Execute(connection, "lock table log, streams, events, commands, audit_head in exclusive mode", cancellation);
        if (!await IsEmpty(connection, cancellation))
            throw NotEmpty();
        var installed = await BackupTables.ReadSchema(connection, cancellation);
        if (installed.FirstOrDefault(file => manifest.Schema.GetValueOrDefault(file.Key) != file.Value).Key is { } other)
        {
            throw new Failure(
                ExitCodes.DataUnusable,
                $"The backup was made on other tables than this program's ({other}): restore it with the version that made it, then run this one's `orders migrate`.");
        }
    }

    public static Failure NotEmpty() => new(
        ExitCodes.BadInput, "The database is not empty, and a restore never writes over anything: name a new folder with --data, or a new database in ORDERS_POSTGRES.");

    private async Task Fill(NpgsqlConnection connection, BackedUpTable table, CancellationToken cancellation)
    {
        report($"Reading {table.Name} ...");
        // An empty database's one-row tables have their row; the audit, which takes no truncation, is empty.
        if (await Single<bool>(connection, $"select exists (select from \"{table.Name}\")", cancellation))
            await Execute(connection, $"delete from \"{table.Name}\"", cancellation);
        await using (var target = await connection.BeginRawBinaryCopyAsync(
            $"copy \"{table.Name}\" ({BackupTables.Listed(table.Columns)}) from stdin (format binary)", cancellation))
        {
            await using var source = BackupFiles.OpenCompressed(folder, table.File);
            await source.CopyToAsync(target, cancellation);
        }
        var rows = await Single<long>(connection, $"select count(*) from \"{table.Name}\"", cancellation);
        if (rows != table.Rows)
            throw new Failure(ExitCodes.DataUnusable, $"{table.File.Name} gave {rows} rows of {table.Rows}: restore from another backup.");
    }

    // The rows that speak of them come with the commit; a file that was here already is one of an interrupted restore.
    private async Task RestoreColdFiles(NpgsqlConnection connection, CancellationToken cancellation)
    {
        if (manifest.ColdFiles.Count > 0)
            Directory.CreateDirectory(coldFolder);
        foreach (var file in manifest.ColdFiles)
        {
            var name = Path.GetFileName(file.Name);
            File.Delete(BackupFiles.PathOf(coldFolder, name));
            await BackupFiles.Copy(BackupFiles.PathOf(folder, file.Name), coldFolder, name, cancellation);
        }
        await using var command = new NpgsqlCommand("update archives set folder = $1", connection) { Parameters = { new() { Value = coldFolder } } };
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private const string SetSequences = """
        do $$ declare s record; begin
            for s in
                select c.oid::regclass t, a.attname c from pg_class c join pg_attribute a on a.attrelid = c.oid
                where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and a.attidentity <> ''
            loop
                execute format(
                    'select setval(pg_get_serial_sequence(%L, %L), coalesce(max(%I), 0) + 1, false) from %s', s.t::text, s.c, s.c, s.t);
            end loop;
        end $$
        """;

    // Leases and half-built read models are of processes that are not here.
    private const string ForgetWhatRan = """
        delete from projections where strpos(name, '__') > 0;
        delete from projection_rebuilds where phase in ('building', 'comparing');
        update feed_partitions set owner = null, leased_until = '-infinity';
        update webhook_lanes set owner = null, leased_until = '-infinity';
        """;

    // Above every epoch that a publisher on the old database can still come to, so that its messages are told from ours,
    // and its checkpoints are refused should it ever reach this database.
    private static Task<long> Fence(NpgsqlConnection connection, CancellationToken cancellation) => Single<long>(
        connection,
        $"""
        with fenced as (
            update kafka_publisher set epoch = epoch + {EpochsAhead}, owner = null, leased_until = '-infinity', state = 'idle', error = null,
                updated_at = clock_timestamp()
            where epoch > 0 returning epoch, position),
        noted as (
            insert into kafka_epochs (epoch, owner, since, from_position)
            select epoch, 'orders restore', clock_timestamp(), position from fenced)
        select coalesce((select epoch from fenced), 0)
        """, cancellation);

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<T> Single<T>(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        return (T)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
