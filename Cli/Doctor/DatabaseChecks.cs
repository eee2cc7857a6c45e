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
        if (IsTemporary(data))
            return Finding.Warn(name, $"{data} is in a folder that the system empties: the orders go with it", "Name a lasting folder with --data or ORDERS_DATA.");
        if (!Directory.Exists(data))
            return Finding.Ok(name, $"{data} is not there yet; the first start makes it");
        using var free = DataFolderLock.TryTake(data);
        return free is null
            ? Finding.Ok(name, $"{data}, in use by process {DataFolderLock.HolderOf(data)}")
            : Finding.Ok(name, $"{data}, {(PrivatePostgres.Exists(data) ? "not in use" : "empty")}");
    }

    // A container's file system goes with the container as well, but cannot be told from a machine's.
    private static bool IsTemporary(string data)
    {
        string[] temporary = ["/tmp", "/var/tmp", "/dev/shm", "/run"];
        return temporary.Any(folder => data.StartsWith(folder + "/", StringComparison.Ordinal));
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

    public static async Task<Finding> Clock(NpgsqlDataSource source, TimeProvider time, CancellationToken cancellation)
    {
        const string name = "database clock";
        await using var clock = source.CreateCommand("select clock_timestamp()");
        var distance = (time.GetUtcNow() - (DateTime)(await clock.ExecuteScalarAsync(cancellation))!).Duration();
        return distance < TimeSpan.FromSeconds(2)
            ? Finding.Ok(name, string.Create(CultureInfo.InvariantCulture, $"{distance.TotalMilliseconds:0} ms from this machine's"))
            : Finding.Warn(name, $"{distance.TotalSeconds:0} s from this machine's", "Keep both clocks right with NTP.");
    }

    /// <summary>Whether the file has the keys that this database was written with: what a start asks, without becoming one of them.</summary>
    public static async Task<Finding> MasterKey(NpgsqlDataSource source, string file, CancellationToken cancellation)
    {
        const string name = "master key's database";
        await using var exists = source.CreateCommand("select to_regclass('master_keys') is not null");
        if (await exists.ExecuteScalarAsync(cancellation) is not true)
            return Finding.Ok(name, "nothing is sealed in it yet");
        await using var used = source.CreateCommand("select coalesce(array_agg(master_id::text order by since), '{}') from master_keys");
        var needed = (string[])(await used.ExecuteScalarAsync(cancellation))!;
        var held = File.Exists(file) ? MasterKeySetting.Read(file).Ids : [];
        var missing = needed.Except(held, StringComparer.Ordinal).ToList();
        return missing.Count == 0
            ? Finding.Ok(name, needed.Length == 0 ? "nothing is sealed in it yet" : "its keys are those in the file")
            : Finding.Fail(
                name, $"personal texts and secrets are kept under master key {string.Join(", ", missing)}, which is not in {file}",
                $"Put back the file, or name it with {MasterKeySetting.Variable}: without it these texts cannot be read.");
    }

    public static async Task<Finding> Roles(NpgsqlDataSource source, CancellationToken cancellation)
    {
        const string name = "database roles";
        return await RoleFence.Look(source, cancellation) is { IsUp: true } fence
            ? Finding.Ok(name, fence.IsMember ? "each part of the program has only its own rights" : "there, for users of their own")
            : Finding.Warn(name, "missing: every part of the program may do all that the user may, and change events too", MakeRoles);
    }

    private const string MakeRoles = "Run `orders migrate` as a user who may create roles, or see docs/security.md for what an administrator can do.";

    public static async Task<Finding> Versions(NpgsqlDataSource source, CancellationToken cancellation)
    {
        const string name = "database version";
        var found = new Dictionary<string, int>();
        await using var exists = source.CreateCommand("select to_regclass('schema_versions') is not null");
        if (await exists.ExecuteScalarAsync(cancellation) is true)
        {
            await using var read = source.CreateCommand("select \"set\", version from schema_versions");
            await using var reader = await read.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
                found[reader.GetString(0)] = reader.GetInt32(1);
        }
        if (found.Count == 0)
            return Finding.Warn(name, "no tables yet", "Run `orders migrate`, or serve once.");
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
