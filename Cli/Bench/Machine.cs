using System.Globalization;
using System.Runtime.InteropServices;

namespace OrleansOrders.Cli.Bench;

/// <summary>Where figures were measured: without it they mean nothing.</summary>
/// <param name="StealPercent">The part of all cores' time during the run that went to other machines.</param>
/// <param name="LoadBefore">The load average of the last minute before the run: above 0.5, others were at work.</param>
internal sealed record Machine(
    string Processor, int Cores, double MemoryGib, string System, string Runtime, string PostgreSql, IReadOnlyList<string> ServerSettings,
    string MeasuredAt, double LoadBefore, double StealPercent)
{
    public static double ReadLoad() => double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);

    public static Machine Describe(
        string postgreSql, IReadOnlyList<string> settings, double loadBefore, (double Total, double Stolen) before, DateTimeOffset now)
    {
        var after = ProcessorTime.ReadMachine();
        return new Machine(
            Field("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString(), Environment.ProcessorCount,
            Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30), 1), RuntimeInformation.OSDescription,
            RuntimeInformation.FrameworkDescription, postgreSql, settings, now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            loadBefore, Math.Round(100 * (after.Stolen - before.Stolen) / Math.Max(1, after.Total - before.Total), 2));
    }

    private static string? Field(string file, string name) => File.ReadLines(file)
        .FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim();
}
