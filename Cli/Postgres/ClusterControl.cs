using System.Diagnostics;
using System.Globalization;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Postgres;

/// <summary>Makes, starts, stops and erases a private server's cluster. The caller owns the data folder.</summary>
internal static class ClusterControl
{
    /// <summary>The major version that wrote the cluster; null when there is none yet.</summary>
    public static int? ReadMajor(ClusterPlace place)
    {
        if (!Directory.Exists(place.Cluster))
            return null;
        var file = Path.Combine(place.Cluster, "PG_VERSION");
        try
        {
            return int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture);
        }
        catch (Exception damaged) when (damaged is IOException or FormatException)
        {
            throw Damaged(place, "PG_VERSION is missing or unreadable", damaged);
        }
    }

    public static async Task Create(ClusterPlace place, PostgresBinaries binaries, bool durable, CancellationToken cancellation)
    {
        // Made beside and renamed when whole, so that an interruption leaves no half of a cluster.
        var unfinished = Path.Combine(place.Home, "cluster.new");
        var failure = "";
        // Byte order for a stable sort everywhere, UTF-8 classes where the system knows them.
        foreach (var ctype in new[] { "C.UTF-8", "en_US.UTF-8", "C" })
        {
            if (Directory.Exists(unfinished))
                Directory.Delete(unfinished, recursive: true);
            var made = await place.User.Run(
                binaries.InitDb,
                ["-D", unfinished, "-U", RunningServer.User, "-A", "trust", "-E", "UTF8", "--locale=C", $"--lc-ctype={ctype}", .. durable ? Array.Empty<string>() : ["-N"]],
                cancellation);
            if (made.Succeeded)
            {
                File.AppendAllText(Path.Combine(unfinished, "postgresql.conf"), $"\ninclude = '{ServerSettings.FileName}'\n");
                Directory.Move(unfinished, place.Cluster);
                return;
            }
            failure = made.LastLine;
        }
        throw new Failure(
            ExitCodes.Unreachable,
            $"PostgreSQL's initdb failed in {place.Home} ({failure}): see to disk space and permissions, or name another folder with --data.");
    }

    public static async Task Start(ClusterPlace place, PostgresBinaries binaries, PrivatePostgresOptions options, CancellationToken cancellation)
    {
        await ClearTraces(place, binaries, options.OrphanPatience, cancellation);
        var settings = Path.Combine(place.Cluster, ServerSettings.FileName);
        File.WriteAllText(settings, ServerSettings.Write(place.Sockets, options.Durable, options.Settings));
        await place.User.Own(settings, cancellation);
        var lengthBefore = File.Exists(place.Log) ? new FileInfo(place.Log).Length : 0;
        var started = await place.User.Run(
            binaries.PgCtl, ["start", "-D", place.Cluster, "-l", place.Log, "-w", "-t", "300", "-s"], cancellation);
        if (!started.Succeeded)
            throw Damaged(place, LastWords(place.Log, lengthBefore) ?? started.LastLine);
    }

    public static async Task Stop(ClusterPlace place, PostgresBinaries binaries, CancellationToken cancellation) =>
        await place.User.Run(binaries.PgCtl, ["stop", "-D", place.Cluster, "-m", "fast", "-w", "-t", "60", "-s"], cancellation);

    /// <summary>Throws away everything below the data folder that is the server's, wherever it is.</summary>
    public static async Task Erase(string data, CancellationToken cancellation)
    {
        var pointer = ClusterPlace.PointerOf(data);
        var homes = new List<string> { Path.Combine(data, "postgres") };
        if (File.Exists(pointer))
            homes.Add(File.ReadAllText(pointer).Trim());
        foreach (var home in homes.Where(Directory.Exists))
        {
            var note = Path.Combine(home, "data-folder");
            if (File.Exists(note) && File.ReadAllText(note).Trim() != data)
                continue;
            var place = new ClusterPlace(data, home, home, await ServerUser.Choose(Path.Combine(home, "cluster"), cancellation));
            if (await RunningServer.Find(place, cancellation) is not null
                && await PostgresBinaries.Find(null, place.User, cancellation) is { } binaries)
                await Stop(place, binaries, cancellation);
            Directory.Delete(home, recursive: true);
        }
        File.Delete(pointer);
    }

    // A note of a server that is gone, or of another folder's, keeps a new one from starting. A live one that does not
    // answer has lost its socket and is stopped; two servers on one cluster are fenced by PostgreSQL itself. What is left of a
    // killed one would not be, without the note: it is waited for.
    private static async Task ClearTraces(
        ClusterPlace place, PostgresBinaries binaries, TimeSpan orphanPatience, CancellationToken cancellation)
    {
        var note = Path.Combine(place.Cluster, "postmaster.pid");
        if (!File.Exists(note))
            return;
        if (RunningServer.IsAlive(place))
            await Stop(place, binaries, cancellation);
        await WaitForOrphans(place, orphanPatience, cancellation);
        File.Delete(note);
        foreach (var left in Directory.GetFiles(place.Sockets))
            File.Delete(left);
    }

    private static async Task WaitForOrphans(ClusterPlace place, TimeSpan patience, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        while (RunningServer.FindOrphans(place) is { Count: > 0 } orphans)
        {
            if (clock.Elapsed > patience)
            {
                throw new Failure(
                    ExitCodes.Unreachable,
                    $"A PostgreSQL that was killed has left processes that still work on {place.Cluster}: end them (kill -9 {string.Join(' ', orphans)}) and start again.");
            }
            await Task.Delay(50, cancellation);
        }
    }

    private static string? LastWords(string log, long from)
    {
        if (!File.Exists(log))
            return null;
        using var stream = File.OpenRead(log);
        stream.Position = Math.Min(from, stream.Length);
        using var reader = new StreamReader(stream);
        var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return lines.LastOrDefault(line => line.Contains("FATAL", StringComparison.Ordinal) || line.Contains("PANIC", StringComparison.Ordinal))
            ?? lines.LastOrDefault();
    }

    private static Failure Damaged(ClusterPlace place, string why, Exception? inner = null) => new(
        ExitCodes.DataUnusable,
        $"PostgreSQL cannot use {place.Cluster} ({why}): restore the folder from a backup, or start empty with --fresh.", inner);
}
