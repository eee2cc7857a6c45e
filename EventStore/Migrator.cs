using System.Reflection;
using System.Text;
using Npgsql;

namespace OrleansOrders.EventStore;

/// <summary>The SQL that one assembly carries: embedded files under <c>Sql/</c>, installed in the order of <c>Sql/order.txt</c>.</summary>
/// <param name="Name">Under which the database remembers it: <c>event-store</c>.</param>
/// <param name="SchemaVersion">Raised when an older program could no longer work with the tables.</param>
public sealed record MigrationSet(string Name, Assembly Assembly, int SchemaVersion);

/// <summary>
/// Brings a database up to what the program needs. Every file is re-runnable, and runs once, and again whenever its
/// content has changed. Everything happens in one transaction under an advisory lock, so that several programs that
/// start together take turns, and a failure leaves nothing half done.
/// </summary>
public static partial class Migrator
{
    /// <summary>Any number will do, as long as nothing else in the database locks it.</summary>
    private const long LockKey = 0x6f72_6465_7273_0001;

    private const string Bookkeeping = """
        create table if not exists schema_migrations (
            "set" text not null, name text not null, checksum text not null, applied_at timestamptz not null default now(),
            primary key ("set", name));
        create table if not exists schema_versions (
            "set" text primary key, version integer not null, applied_at timestamptz not null default now());
        """;

    /// <summary>Applies what is missing, set after set.</summary>
    /// <returns>The files that ran, as <c>set/path</c>; empty when the database was up to date.</returns>
    /// <exception cref="NewerDatabaseException">A newer program has changed the database; nothing was touched.</exception>
    public static async Task<IReadOnlyList<string>> Apply(
        NpgsqlDataSource dataSource, IEnumerable<MigrationSet> sets, CancellationToken cancellation = default)
    {
        var wanted = sets.ToList();
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await Execute(connection, $"select pg_advisory_xact_lock({LockKey})", cancellation);
        await Execute(connection, Bookkeeping, cancellation);
        foreach (var set in wanted)
            await RefuseNewer(connection, set, cancellation);
        var ran = new List<string>();
        foreach (var set in wanted)
            await ApplySet(connection, set, ran, cancellation);
        await transaction.CommitAsync(cancellation);
        return ran;
    }

    private static async Task RefuseNewer(NpgsqlConnection connection, MigrationSet set, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select version from schema_versions where \"set\" = $1", connection);
        command.Parameters.AddWithValue(set.Name);
        if (await command.ExecuteScalarAsync(cancellation) is int found && found > set.SchemaVersion)
            throw new NewerDatabaseException(set.Name, found, set.SchemaVersion);
    }

    private static async Task ApplySet(
        NpgsqlConnection connection, MigrationSet set, List<string> ran, CancellationToken cancellation)
    {
        var applied = await ReadChecksums(connection, set.Name, cancellation);
        foreach (var (name, sql) in ReadFiles(set.Assembly))
        {
            var checksum = ChecksumOf(sql);
            if (applied.GetValueOrDefault(name) == checksum)
                continue;
            await Execute(connection, sql, cancellation);
            await Remember(connection, """
                insert into schema_migrations ("set", name, checksum) values ($1, $2, $3)
                on conflict ("set", name) do update set checksum = excluded.checksum, applied_at = now()
                """, [set.Name, name, checksum], cancellation);
            ran.Add($"{set.Name}/{name}");
        }
        await Remember(connection, """
            insert into schema_versions ("set", version) values ($1, $2)
            on conflict ("set") do update set version = excluded.version, applied_at = now()
            where schema_versions.version < excluded.version
            """, [set.Name, set.SchemaVersion], cancellation);
    }

    /// <summary>The files named by <c>order.txt</c>, in its order; blank lines and lines that start with # are skipped.</summary>
    private static IEnumerable<(string Name, string Sql)> ReadFiles(Assembly assembly)
    {
        const string ending = ".Sql.order.txt";
        var order = assembly.GetManifestResourceNames().SingleOrDefault(name => name.EndsWith(ending, StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"{assembly.GetName().Name} embeds no Sql/order.txt.");
        var prefix = order[..^"order.txt".Length];
        var lines = ReadText(assembly, order).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (var line in lines.Where(line => !line.StartsWith('#')))
            yield return (line, ReadText(assembly, prefix + line.Replace('/', '.')));
    }

    private static string ReadText(Assembly assembly, string resource)
    {
        using var stream = assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"{assembly.GetName().Name} does not embed {resource}, which its Sql/order.txt names.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static async Task<Dictionary<string, string>> ReadChecksums(
        NpgsqlConnection connection, string set, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select name, checksum from schema_migrations where \"set\" = $1", connection);
        command.Parameters.AddWithValue(set);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var checksums = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellation))
            checksums.Add(reader.GetString(0), reader.GetString(1));
        return checksums;
    }

    private static async Task Remember(
        NpgsqlConnection connection, string sql, object[] values, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.AddWithValue(value);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        // Building an index, or waiting for a program that does, takes as long as it takes.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellation);
    }
}

/// <summary>The database lacks something that this program needs.</summary>
public sealed class OutdatedDatabaseException(string what) : Exception($"{what}: run `orders migrate`, of the newest program that uses it.");

/// <summary>The database was changed by a newer program, and this one would not understand it.</summary>
public sealed class NewerDatabaseException(string set, int found, int known) : Exception(
    $"The database's {set} schema is version {found}, this program knows up to {known}: run the newer program, or use another database.");
