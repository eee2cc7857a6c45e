using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace OrleansOrders.EventStore;

public static partial class Migrator
{
    /// <summary>Looks whether a database is what <see cref="Apply"/> would make of it, and changes nothing.</summary>
    /// <exception cref="OutdatedDatabaseException">Something was not applied yet, or in another form.</exception>
    /// <exception cref="NewerDatabaseException">A newer program has changed the database.</exception>
    public static async Task Check(NpgsqlDataSource dataSource, IEnumerable<MigrationSet> sets, CancellationToken cancellation = default)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        if (!await HasBookkeeping(connection, cancellation))
            throw new OutdatedDatabaseException("The database has no tables yet");
        var wanted = sets.ToList();
        foreach (var set in wanted)
            await RefuseNewer(connection, set, cancellation);
        foreach (var set in wanted)
        {
            var applied = await ReadChecksums(connection, set.Name, cancellation);
            foreach (var (name, sql) in ReadFiles(set.Assembly))
            {
                if (applied.GetValueOrDefault(name) != ChecksumOf(sql))
                    throw new OutdatedDatabaseException($"The database's {set.Name} schema is not this program's ({name})");
            }
        }
    }

    private static string ChecksumOf(string sql) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql)));

    private static async Task<bool> HasBookkeeping(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "select to_regclass('schema_migrations') is not null and to_regclass('schema_versions') is not null", connection);
        return await command.ExecuteScalarAsync(cancellation) is true;
    }
}
