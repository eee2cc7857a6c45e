using System.Diagnostics;
using System.Globalization;
using OrleansOrders.Cli;
using OrleansOrders.Cli.Postgres;
using OrleansOrders.Hosting;

namespace OrleansOrders.Tests.Support;

/// <summary>
/// The PostgreSQL server that all tests of one run share: the one that <c>ORDERS_TEST_POSTGRES</c> names, else a
/// private one that is thrown away at the end, however the run ends.
/// </summary>
internal static class TestServer
{
    private const string FolderPrefix = "orders-tests-";

    private static readonly Lazy<Task<string>> Started = new(Start);

    private static PrivatePostgres? server;
    private static Process? janitor;

    /// <summary>For Npgsql; its user may create databases and roles.</summary>
    public static Task<string> ConnectionString => Started.Value;

    /// <summary>Whether the server is this run's own, with all that is on it.</summary>
    public static bool IsThrownAway => server is not null;

    /// <summary>The folder with PostgreSQL's programs, so that child processes need not search or download; null when unknown.</summary>
    public static string? BinFolder => server?.BinFolder;

    private static async Task<string> Start()
    {
        if (Environment.GetEnvironmentVariable("ORDERS_TEST_POSTGRES") is { Length: > 0 } given)
            return given;
        await SweepUp();
        var folder = Path.Combine(Path.GetTempPath(), $"{FolderPrefix}{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}");
        Directory.CreateDirectory(folder);
        // A hundred databases that live for seconds are not worth looking after.
        var options = new PrivatePostgresOptions(folder) { Fresh = true, Durable = false, Settings = ["autovacuum = off"], Report = Console.Error.WriteLine };
        server = await PrivatePostgres.Start(options, CancellationToken.None);
        LeaveJanitor(folder);
        return server.ConnectionString;
    }

    // What is left of runs that ended together with their janitor.
    private static async Task SweepUp()
    {
        foreach (var folder in Directory.GetDirectories(Path.GetTempPath(), $"{FolderPrefix}*"))
        {
            var isNumber = int.TryParse(Path.GetFileName(folder)[FolderPrefix.Length..], CultureInfo.InvariantCulture, out var owner);
            if (!isNumber || Process.GetProcesses().Any(process => process.Id == owner))
                continue;
            try
            {
                using (var free = DataFolderLock.TryTake(folder))
                    if (free is not null)
                        await ClusterControl.Erase(folder, CancellationToken.None);
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception foreign) when (foreign is Failure or IOException or UnauthorizedAccessException)
            {
                // Another user's, or being removed this moment.
            }
        }
    }

    // The pipe's end is the one thing that a killed process gives away for certain: when it closes, the server is
    // stopped and its folder removed. The second fork keeps the janitor out of a process tree that is being killed.
    private static void LeaveJanitor(string folder)
    {
        const string script =
            """
            exec 3<&0
            { read -r line <&3
              for note in "$1"/postgres/cluster/postmaster.pid $(cat "$1"/postgres.location 2>/dev/null)/cluster/postmaster.pid; do
                [ -f "$note" ] && kill -QUIT "$(head -n 1 "$note")" 2>/dev/null
              done
              [ -f "$1"/postgres.location ] && rm -rf "$(cat "$1"/postgres.location)"
              sleep 1; rm -rf "$1"
            } </dev/null >/dev/null 2>&1 &
            """;
        var start = new ProcessStartInfo("/bin/sh", ["-c", script, "janitor", folder])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Its standard input is never closed here: this process holds it open until it ends. The field keeps the
        // garbage collector from closing it earlier.
        janitor = Process.Start(start)!;
        janitor.WaitForExit();
    }
}
