using System.Globalization;

namespace OrleansOrders.Cli.Bench;

/// <summary>Processor time of processes of this machine, from <c>/proc</c>.</summary>
internal static class ProcessorTime
{
    private const double TicksPerSecond = 100;

    /// <summary>Of a process, of those below it that run, and of those that it has seen end.</summary>
    public static TimeSpan OfTree(int root)
    {
        var total = 0L;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) || ReadStat(id) is not { } stat)
                continue;
            if (id == root)
                total += Number(stat, 11) + Number(stat, 12) + Number(stat, 13) + Number(stat, 14);
            else if (Number(stat, 1) == root)
                total += Number(stat, 11) + Number(stat, 12);
        }
        return TimeSpan.FromSeconds(total / TicksPerSecond);
    }

    /// <summary>The process that started the given backend of PostgreSQL; null when there is no such on this machine.</summary>
    public static int? ParentOf(int backend)
    {
        var program = string.Create(CultureInfo.InvariantCulture, $"/proc/{backend}/comm");
        return File.Exists(program) && File.ReadAllText(program).StartsWith("postgres", StringComparison.Ordinal) && ReadStat(backend) is { } stat
            ? (int)Number(stat, 1)
            : null;
    }

    /// <summary>Time of all cores since the machine started, and the part of it that was given to other machines.</summary>
    public static (double Total, double Stolen) ReadMachine()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(field => double.Parse(field, CultureInfo.InvariantCulture)).ToArray();
        return (fields.Take(8).Sum(), fields[7]);
    }

    // Behind the program's name, which may hold spaces: state, parent, ...; 11 and 12 are user and system time, 13 and 14
    // those of children that have ended.
    private static string[]? ReadStat(int process)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null; // ended meanwhile
        }
    }

    private static long Number(string[] stat, int field) => long.Parse(stat[field], CultureInfo.InvariantCulture);
}
