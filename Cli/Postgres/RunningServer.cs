using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace OrleansOrders.Cli.Postgres;

/// <summary>Finds the server that runs on a cluster, if one does.</summary>
internal static class RunningServer
{
    public const string User = "orders";

    private static readonly TimeSpan LongestRecovery = TimeSpan.FromMinutes(5);

    public static string ConnectionString(string socketFolder, string database) => new NpgsqlConnectionStringBuilder
    {
        Host = socketFolder,
        Port = 5432,
        Username = User,
        Database = database,
    }.ConnectionString;

    /// <summary>The folder of its socket; null when no server runs on this cluster.</summary>
    public static async Task<string?> Find(ClusterPlace place, CancellationToken cancellation)
    {
        var note = ReadNote(place);
        return IsAlive(place, note) && await Answers(note[4], cancellation) ? note[4] : null;
    }

    /// <summary>Says whether the cluster has a live server, even one that does not answer.</summary>
    public static bool IsAlive(ClusterPlace place) => IsAlive(place, ReadNote(place));

    /// <summary>
    /// Processes of a server that is gone which still work on its cluster. They end once they notice, which one that is busy or
    /// stopped does not yet. Where the system has no /proc, none are found.
    /// </summary>
    public static IReadOnlyList<int> FindOrphans(ClusterPlace place)
    {
        if (!Directory.Exists("/proc/self"))
            return [];
        // Every process of a server works in the cluster's folder, whatever path leads there.
        var mark = $"orders.mark.{Environment.ProcessId}";
        File.WriteAllText(Path.Combine(place.Cluster, mark), "");
        try
        {
            return [.. Process.GetProcesses().Select(process => process.Id).Where(id => File.Exists($"/proc/{id}/cwd/{mark}") && IsPostgres(id))];
        }
        finally
        {
            File.Delete(Path.Combine(place.Cluster, mark));
        }
    }

    // The server's own note: process id, cluster, start time, port, socket folder.
    private static bool IsAlive(ClusterPlace place, string[] note) =>
        note.Length >= 5 && int.TryParse(note[0], CultureInfo.InvariantCulture, out var process) && IsPostgres(process)
        && IsSameFolder(place.Cluster, note[1]);

    private static string[] ReadNote(ClusterPlace place)
    {
        try
        {
            return File.ReadAllLines(Path.Combine(place.Cluster, "postmaster.pid"));
        }
        catch (IOException)
        {
            return [];
        }
    }

    // Process ids come back after a restart of the machine or container, as somebody else's.
    private static bool IsPostgres(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return process.ProcessName.StartsWith("postgres", StringComparison.Ordinal) && !IsDefunct(id);
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or IOException)
        {
            return false;
        }
    }

    // In a container without an init a killed process keeps its number, but has no command line any more.
    private static bool IsDefunct(int id) => File.Exists($"/proc/{id}/cmdline") && File.ReadAllText($"/proc/{id}/cmdline").Length == 0;

    // A copied folder has the original's note in it. Two paths are one folder when a file made here is seen there.
    private static bool IsSameFolder(string here, string there)
    {
        var mark = $"orders.mark.{Environment.ProcessId}";
        try
        {
            File.WriteAllText(Path.Combine(here, mark), "");
            return File.Exists(Path.Combine(there, mark));
        }
        finally
        {
            File.Delete(Path.Combine(here, mark));
        }
    }

    private static async Task<bool> Answers(string socketFolder, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString(socketFolder, "postgres") + ";Pooling=false");
                await connection.OpenAsync(cancellation);
                return true;
            }
            catch (PostgresException starting) when (starting.SqlState == PostgresErrorCodes.CannotConnectNow && clock.Elapsed < LongestRecovery)
            {
                await Task.Delay(100, cancellation);
            }
            catch (NpgsqlException)
            {
                return false;
            }
        }
    }
}
