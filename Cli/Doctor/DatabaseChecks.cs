using System.Globalization;
using System.Net.Sockets;
using Npgsql;
using OrleansOrders.Cli.Postgres;
using OrleansOrders.Cli.Standalone;
using OrleansOrders.Hosting;
using OrleansOrders.Hosting.Roles;

namespace OrleansOrders.Cli.Doctor;

/// <summary>What the data folder and the database must be. Nothing is started or changed.</summary>
internal static class DatabaseChecks
{
    public static async Task<Finding> Binaries(CancellationToken cancellation)
    {
        const string name = "postgresql";
        var user = await ServerUser.Choose("", cancellation);
        return await PostgresBinaries.Find(null, user, cancellation) is { } found
            ? Finding.Ok(name, $"{found.Version} in {found.Folder}")
            : Finding.Warn(name, "no programs found", "The next start gets them through npm or apt-get; else install PostgreSQL 14 or newer.");
    }

    public static Finding DataFolder(string data)
    {
        const string name = "data folder";
        if (!Directory.Exists(data))
            return Finding.Ok(name, $"{data} is not there yet; the first start makes it");
        using var free = DataFolderLock.TryTake(data);
        return free is null
            ? Finding.Ok(name, $"{data}, in use by process {DataFolderLock.HolderOf(data)}")
            : Finding.Ok(name, $"{data}, {(PrivatePostgres.Exists(data) ? "not in use" : "empty")}");
    }

    public static async Task<IEnumerable<Finding>> Place(string data, CancellationToken cancellation)
    {
        if (!PrivatePostgres.Exists(data))
            return [Finding.Ok("permissions", "nothing to check yet"), Finding.Ok("socket", "nothing to check yet")];
        var place = await ClusterPlace.Choose(data, cancellation);
        _ = ClusterControl.ReadMajor(place);
        var runsAs = place.User.Owner is null ? "the current user" : $"user {place.User.Owner}, because PostgreSQL refuses root";
        return [Finding.Ok("permissions", $"PostgreSQL runs as {runsAs}, in {place.Home}"), await Socket(place, cancellation)];
    }

    /// <summary>The schema's version and the distance of the two clocks.</summary>
    public static async Task<IEnumerable<Finding>> Schema(string connectionString, TimeProvider time, CancellationToken cancellation)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var clock = source.CreateCommand("select clock_timestamp()");
        var distance = (time.GetUtcNow() - (DateTime)(await clock.ExecuteScalarAsync(cancellation))!).Duration();
        var clocks = distance < TimeSpan.FromSeconds(2)
            ? Finding.Ok("database clock", string.Create(CultureInfo.InvariantCulture, $"{distance.TotalMilliseconds:0} ms from this machine's"))
            : Finding.Warn("database clock", $"{distance.TotalSeconds:0} s from this machine's", "Keep both clocks right with NTP.");
        return [await Versions(source, cancellation), await Roles(source, cancellation), clocks];
    }

    private static async Task<Finding> Roles(NpgsqlDataSource source, CancellationToken cancellation)
    {
        const string name = "database roles";
        return await RoleFence.Look(source, cancellation) is { IsUp: true } fence
            ? Finding.Ok(name, fence.IsMember ? "each part of the program has only its own rights" : "there, for users of their own")
            : Finding.Warn(name, "missing: every part of the program may do all that the user may, and change events too", MakeRoles);
    }

    private const string MakeRoles = "Run `orders migrate` as a user who may create roles, or see docs/security.md for what an administrator can do.";

    private static async Task<Finding> Versions(NpgsqlDataSource source, CancellationToken cancellation)
    {
        const string name = "database version";
        await using var exists = source.CreateCommand("select to_regclass('schema_versions') is not null");
        if (await exists.ExecuteScalarAsync(cancellation) is not true)
            return Finding.Warn(name, "no tables yet", "Run `orders migrate`, or serve once.");
        var found = new Dictionary<string, int>();
        await using var read = source.CreateCommand("select \"set\", version from schema_versions");
        await using var reader = await read.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            found[reader.GetString(0)] = reader.GetInt32(1);
        var sets = OrleansOrders.Hosting.Schema.Sets;
        if (sets.FirstOrDefault(set => found.GetValueOrDefault(set.Name) > set.SchemaVersion) is { } newer)
            return Finding.Fail(name, $"{newer.Name} is at {found[newer.Name]}, this program knows up to {newer.SchemaVersion}", "Run the newer program.");
        return sets.FirstOrDefault(set => found.GetValueOrDefault(set.Name) < set.SchemaVersion) is { } older
            ? Finding.Warn(name, $"{older.Name} is older than this program", "Run `orders migrate`, or serve once.")
            : Finding.Ok(name, string.Join(", ", sets.Select(set => $"{set.Name} {set.SchemaVersion}")));
    }

    // A folder on some network or shared file systems takes files, but no sockets.
    private static async Task<Finding> Socket(ClusterPlace place, CancellationToken cancellation)
    {
        if (await RunningServer.Find(place, cancellation) is { } folder)
            return Finding.Ok("socket", $"a server answers in {folder}");
        var path = Path.Combine(place.Sockets, $"check.{Environment.ProcessId}");
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Bind(new UnixDomainSocketEndPoint(path));
            return Finding.Ok("socket", place.Sockets);
        }
        catch (SocketException refused)
        {
            return Finding.Fail("socket", $"{place.Sockets}: {refused.Message}", "Name a data folder on a local file system with --data.");
        }
        finally
        {
            File.Delete(path);
        }
    }
}
