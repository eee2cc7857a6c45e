using System.Globalization;
using System.Text.RegularExpressions;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Postgres;

/// <summary>A folder with PostgreSQL's <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c>.</summary>
/// <param name="Version">As the program says it: <c>15.8</c>.</param>
internal sealed partial record PostgresBinaries(string Folder, int Major, string Version)
{
    public const string FolderVariable = "ORDERS_POSTGRES_BIN";

    /// <summary>The oldest major version that has everything the log needs.</summary>
    public const int OldestMajor = 14;

    public string InitDb => Path.Combine(Folder, "initdb");

    public string PgCtl => Path.Combine(Folder, "pg_ctl");

    /// <summary>The first usable binaries on this machine; of one major version only, when a cluster asks for it.</summary>
    public static async Task<PostgresBinaries?> Find(int? major, ServerUser user, CancellationToken cancellation)
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } given)
            return await ReadGiven(given, major, user, cancellation);
        foreach (var folder in Candidates().Distinct())
            if (await Read(folder, user, cancellation) is { } found && found.Major >= OldestMajor && (major is null || found.Major == major))
                return found;
        return null;
    }

    /// <summary>Null when the folder's programs are not there, or do not run here as that user.</summary>
    public static async Task<PostgresBinaries?> Read(string folder, ServerUser user, CancellationToken cancellation)
    {
        if (!new[] { "initdb", "pg_ctl", "postgres" }.All(program => File.Exists(Path.Combine(folder, program))))
            return null;
        var answer = await user.Run(Path.Combine(folder, "postgres"), ["--version"], cancellation);
        var version = VersionPattern().Match(answer.Output);
        return answer.Succeeded && version.Success
            ? new PostgresBinaries(folder, int.Parse(version.Groups[1].Value, CultureInfo.InvariantCulture), version.Value)
            : null;
    }

    // Who names a folder wants that one, and no other in silence.
    private static async Task<PostgresBinaries> ReadGiven(string folder, int? major, ServerUser user, CancellationToken cancellation)
    {
        var found = await Read(Path.GetFullPath(folder), user, cancellation) ?? throw new Failure(
            ExitCodes.BadInput,
            $"{FolderVariable} names {folder}, where initdb, pg_ctl and postgres are not there or do not run: correct it, or unset it.");
        if (found.Major < OldestMajor || (major is not null && found.Major != major))
            throw new Failure(
                ExitCodes.DataUnusable,
                $"{FolderVariable} names PostgreSQL {found.Version}, but {(major is null ? $"{OldestMajor} or newer is needed" : $"PostgreSQL {major} wrote the data folder")}: "
                + "correct it, or unset it.");
        return found;
    }

    private static IEnumerable<string> Candidates()
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return
        [
            .. path.Where(Path.IsPathRooted),
            .. Below("/usr/lib/postgresql", "*", "bin"),
            .. Below("/usr", "pgsql-*", "bin"),
            .. Below("/usr/libexec", "postgresql*", ""),
            .. Below("/opt/homebrew/opt", "postgresql*", "bin"),
            .. Below("/usr/local/opt", "postgresql*", "bin"),
            .. Below("/home/linuxbrew/.linuxbrew/opt", "postgresql*", "bin"),
            .. Below("/Applications/Postgres.app/Contents/Versions", "*", "bin"),
            "/usr/local/pgsql/bin",
            PostgresDownload.BinFolder,
        ];
    }

    // Newest first, by the number in the folder's name.
    private static IEnumerable<string> Below(string parent, string pattern, string child) => Directory.Exists(parent)
        ? Directory.GetDirectories(parent, pattern)
            .OrderByDescending(folder => int.TryParse(NumberPattern().Match(Path.GetFileName(folder)).Value, out var number) ? number : 0)
            .Select(folder => Path.Combine(folder, child))
        : [];

    [GeneratedRegex(@"(\d+)(\.\d+|devel|beta\d+|rc\d+)+")]
    private static partial Regex VersionPattern();

    [GeneratedRegex(@"\d+")]
    private static partial Regex NumberPattern();
}
