using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace OrleansOrders.Benchmarks.Cluster;

/// <summary>What a piece of work took: time, and the time of this process and of the database's on their cores.</summary>
/// <param name="Database">Null where the server is not on this machine.</param>
internal readonly record struct Stretch(TimeSpan Elapsed, TimeSpan Process, TimeSpan? Database)
{
    private const int TicksPerSecond = 100;

    public static async Task<Stretch> Measure(BenchmarkDatabase database, Func<Task> work)
    {
        GC.Collect();
        var databaseBefore = await ReadDatabase(database);
        var before = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        await work();
        watch.Stop();
        var process = Environment.CpuUsage.TotalTime - before;
        var ticks = (await ReadDatabase(database))?.Sum(after => after.Value - databaseBefore!.GetValueOrDefault(after.Key));
        return new Stretch(watch.Elapsed, process, ticks is null ? null : TimeSpan.FromSeconds(ticks.Value / (double)TicksPerSecond));
    }

    /// <summary>Steadier than the elapsed time where others use the machine as well.</summary>
    public static void AddProcessor(Report report, string what, IReadOnlyList<Stretch> stretches, int events)
    {
        report.Add($"{what}, silo", "µs of processor/event", stretches.Select(stretch => stretch.Process.TotalMicroseconds / events));
        if (stretches.All(stretch => stretch.Database is not null))
            report.Add($"{what}, database", "µs of processor/event", stretches.Select(stretch => stretch.Database!.Value.TotalMicroseconds / events));
    }

    // Process by process. The connections are pooled: whoever worked is still there to be asked, but for one or two.
    private static async Task<Dictionary<int, long>?> ReadDatabase(BenchmarkDatabase database)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "select pid from pg_stat_activity where datname = current_database() or backend_type in ('walwriter', 'checkpointer', 'background writer')", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var ticks = new Dictionary<int, long>();
        while (await reader.ReadAsync())
        {
            if (ReadTicks(reader.GetInt32(0)) is not { } own)
                return null;
            ticks[reader.GetInt32(0)] = own;
        }
        return ticks;
    }

    // Behind the program's name, which may hold spaces, come the state and then numbers; the 12th and 13th are user and system time.
    private static long? ReadTicks(int process)
    {
        var path = $"/proc/{process.ToString(CultureInfo.InvariantCulture)}/stat";
        if (!File.Exists(path))
            return null;
        var stat = File.ReadAllText(path);
        if (!stat.Contains("(postgres)", StringComparison.Ordinal))
            return null;
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
    }
}
