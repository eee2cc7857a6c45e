using System.Globalization;
using System.Net;
using Npgsql;
using OrleansOrders.Cli.Postgres;

namespace OrleansOrders.Cli.Doctor;

/// <summary>How the PostgreSQL server is set up. What is wrong here shows late: when the power fails, or under load.</summary>
internal static class ServerChecks
{
    /// <summary>Of a silo and a gateway, as docs/operations.md gives them.</summary>
    private const int ConnectionsOfACluster = 62 + 46;

    /// <summary>Of the standalone edition.</summary>
    private const int ConnectionsOfOne = 62;

    private static readonly string[] Encrypted = ["Require", "VerifyCA", "VerifyFull"];

    public static async Task<IEnumerable<Finding>> Look(NpgsqlDataSource source, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand("""
            select current_setting('server_version_num')::integer, current_setting('server_version'), pg_is_in_recovery(),
                current_setting('default_transaction_read_only')::boolean, current_setting('server_encoding'),
                current_setting('fsync')::boolean, current_setting('full_page_writes')::boolean, current_setting('synchronous_commit') <> 'off',
                current_setting('max_connections')::integer
                    - current_setting('superuser_reserved_connections')::integer
            """);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return
        [
            Version(row.GetInt32(0), row.GetString(1)), Writable(row.GetBoolean(2), row.GetBoolean(3)), Encoding(row.GetString(4)),
            Durability(row.GetBoolean(5), row.GetBoolean(6), row.GetBoolean(7)), Connections(row.GetInt32(8)),
        ];
    }

    public static Finding Version(int number, string version) => number / 10_000 >= PostgresBinaries.OldestMajor
        ? Finding.Ok("server version", $"PostgreSQL {version}")
        : Finding.Fail("server version", $"PostgreSQL {version} is too old", $"Upgrade the server to PostgreSQL {PostgresBinaries.OldestMajor} or newer.");

    public static Finding Writable(bool isStandby, bool isReadOnly)
    {
        const string name = "server takes writes";
        return isStandby ? Finding.Fail(name, "no: it is a standby, which only follows another server", "Name the primary in ORDERS_POSTGRES.")
            : isReadOnly ? Finding.Fail(name, "no: default_transaction_read_only is on", "alter database ... set default_transaction_read_only = off")
            : Finding.Ok(name, "yes");
    }

    public static Finding Encoding(string encoding) => encoding == "UTF8"
        ? Finding.Ok("database encoding", encoding)
        : Finding.Fail("database encoding", $"{encoding} cannot hold every customer's name", "Create the database anew: create database ... encoding 'UTF8' template template0");

    /// <summary>An order is acknowledged when PostgreSQL says that it is on the disk. These settings make that untrue.</summary>
    public static Finding Durability(bool fsync, bool fullPageWrites, bool synchronousCommit)
    {
        string[] off = [.. fsync ? [] : new[] { "fsync" }, .. fullPageWrites ? [] : new[] { "full_page_writes" }, .. synchronousCommit ? [] : new[] { "synchronous_commit" }];
        return off.Length == 0
            ? Finding.Ok("durability", "what was committed survives a crash")
            : Finding.Fail("durability", $"{string.Join(" and ", off)} off: orders that were acknowledged can be lost", $"Set {string.Join(" = on, ", off)} = on in postgresql.conf, and reload.");
    }

    public static Finding Connections(int free)
    {
        const string name = "connections";
        var detail = string.Create(CultureInfo.InvariantCulture, $"{free} for ordinary users");
        const string fix = "Raise max_connections: a silo takes at most 62, a gateway 46.";
        return free < ConnectionsOfOne ? Finding.Fail(name, detail, fix)
            : free < ConnectionsOfACluster ? Finding.Ok(name, $"{detail}: enough for the standalone edition, too few for a silo and a gateway at their busiest")
            : Finding.Ok(name, detail);
    }

    /// <summary>Whether somebody on the way to the server could read along, or be the server.</summary>
    public static Finding Encryption(string connectionString)
    {
        const string name = "way to the server";
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        var isHere = builder.Host is null or "localhost" || builder.Host.StartsWith('/') || builder.Host.StartsWith('@')
            || (IPAddress.TryParse(builder.Host, out var address) && IPAddress.IsLoopback(address));
        var mode = builder.SslMode.ToString();
        return isHere ? Finding.Ok(name, "within this machine")
            : mode == "VerifyFull" ? Finding.Ok(name, "encrypted, and the server is who it says")
            : Encrypted.Contains(mode) ? Finding.Warn(name, $"SSL Mode={mode}: encrypted, but another machine could pass for {builder.Host}", "Say SSL Mode=VerifyFull;Root Certificate=... in ORDERS_POSTGRES.")
            : Finding.Warn(name, $"SSL Mode={mode}: passwords and orders may cross the network to {builder.Host} in the clear", "Say SSL Mode=VerifyFull;Root Certificate=... in ORDERS_POSTGRES.");
    }
}
