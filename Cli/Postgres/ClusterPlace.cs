using System.Security.Cryptography;
using System.Text;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Postgres;

/// <summary>Where the private server of one data folder keeps its things, and who it runs as.</summary>
/// <param name="Data">The folder that the caller named.</param>
/// <param name="Home">Holds the cluster, the log and, where its path is short enough, the socket.</param>
internal sealed record ClusterPlace(string Data, string Home, string Sockets, ServerUser User)
{
    // A socket's whole path has about 104 bytes on the narrowest system; PostgreSQL adds "/.s.PGSQL.5432.lock".
    private const int LongestSocketFolder = 80;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const UnixFileMode Passable = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    public string Cluster => Path.Combine(Home, "cluster");

    public string Log => Path.Combine(Home, "server.log");

    /// <summary>Names the home when it could not be below the data folder.</summary>
    public static string PointerOf(string data) => Path.Combine(data, "postgres.location");

    public static async Task<ClusterPlace> Choose(string data, CancellationToken cancellation)
    {
        var home = ReadPointer(data) ?? Path.Combine(data, "postgres");
        var user = await ServerUser.Choose(Path.Combine(home, "cluster"), cancellation);
        if (!await Prepare(home, user, cancellation))
        {
            if (!Environment.IsPrivilegedProcess)
                throw new Failure(
                    ExitCodes.DataUnusable,
                    $"{home} belongs to another user: run as that one, or name another folder with --data.");
            home = await ChooseElsewhere(data, user, cancellation);
        }
        var sockets = await ChooseSockets(data, home, user, cancellation);
        return new ClusterPlace(data, home, sockets, user);
    }

    /// <summary>Makes a folder that only the server's user may enter. Says whether that user can really write there.</summary>
    private static async Task<bool> Prepare(string folder, ServerUser user, CancellationToken cancellation)
    {
        try
        {
            if (new DirectoryInfo(folder).LinkTarget is not null)
                return false;
            Directory.CreateDirectory(folder);
            File.SetUnixFileMode(folder, OwnerOnly);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
        if (user.Owner is not null)
            await ChildProcess.Run("chown", [user.Owner, folder], cancellation);
        return (await user.Run("test", ["-w", folder, "-a", "-x", folder], cancellation)).Succeeded;
    }

    // Root's data folder may lie below folders that the server's user cannot pass.
    private static async Task<string> ChooseElsewhere(string data, ServerUser user, CancellationToken cancellation)
    {
        var unused = Path.Combine(data, "postgres");
        foreach (var parent in new[] { "/var/lib/orleansorders", "/var/tmp/orleansorders" })
        {
            var home = Path.Combine(parent, HashOf(data));
            try
            {
                if (new DirectoryInfo(parent).LinkTarget is not null)
                    continue;
                Directory.CreateDirectory(parent);
                File.SetUnixFileMode(parent, Passable);
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                continue;
            }
            if (!await Prepare(home, user, cancellation))
                continue;
            File.WriteAllText(Path.Combine(home, "data-folder"), data);
            File.WriteAllText(PointerOf(data), home);
            if (Directory.Exists(unused) && !Directory.EnumerateFileSystemEntries(unused).Any())
                Directory.Delete(unused);
            return home;
        }
        throw new Failure(
            ExitCodes.Unreachable,
            $"The user that PostgreSQL must run as cannot enter {data}, nor /var/lib or /var/tmp: name a folder that others may pass with --data.");
    }

    private static string? ReadPointer(string data)
    {
        if (!File.Exists(PointerOf(data)))
            return null;
        var home = File.ReadAllText(PointerOf(data)).Trim();
        var note = Path.Combine(home, "data-folder");
        if (!Directory.Exists(home))
            throw new Failure(
                ExitCodes.DataUnusable,
                $"{PointerOf(data)} says that the database is in {home}, which is not there: put it back, or start empty with --fresh.");
        // A copied data folder copies the pointer, but two folders must never share one database.
        var owner = File.Exists(note) ? File.ReadAllText(note).Trim() : data;
        if (owner != data && Directory.Exists(owner))
            throw new Failure(
                ExitCodes.DataUnusable,
                $"The database in {home} belongs to {owner}, of which {data} is a copy: start empty with --fresh, or name the other with --data.");
        if (owner != data)
            File.WriteAllText(note, data);
        return home;
    }

    private static async Task<string> ChooseSockets(string data, string home, ServerUser user, CancellationToken cancellation)
    {
        var candidates = new List<string> { Path.Combine(home, "socket") };
        // Root never makes anything at a path that others could have prepared.
        candidates.AddRange(Environment.IsPrivilegedProcess
            ? [$"/run/orleansorders-{HashOf(data)}", $"/var/lib/orleansorders-{HashOf(data)}"]
            : [Path.Combine(Path.GetTempPath(), $"orders-{HashOf(data)}"), $"/tmp/orders-{HashOf(data)}"]);
        foreach (var folder in candidates.Where(folder => Encoding.UTF8.GetByteCount(folder) <= LongestSocketFolder))
            if (await Prepare(folder, user, cancellation))
                return folder;
        throw new Failure(
            ExitCodes.Unreachable,
            $"No folder for PostgreSQL's socket could be made for {data}: name a data folder with a shorter path with --data.");
    }

    private static string HashOf(string data) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data)))[..12];
}
