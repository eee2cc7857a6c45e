using System.Reflection;
using OrleansOrders.Cli.Postgres;
using OrleansOrders.Cli.Standalone;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Doctor;

/// <summary>What the machine must have, whatever the database.</summary>
internal static class MachineChecks
{
    private const long Gigabyte = 1024 * 1024 * 1024;

    // 2,000 connections, as docs/operations.md has it, and what else is open.
    private const long LeastOpenFiles = 4096;

    public static async Task<Finding> Sdk(CancellationToken cancellation)
    {
        const string name = "sdk";
        var found = await ChildProcess.Run("dotnet", ["--list-sdks"], cancellation);
        return found.Succeeded && found.Output.Split('\n').Any(line => line.StartsWith("10.", StringComparison.Ordinal))
            ? Finding.Ok(name, $".NET SDK {found.LastLine.Split(' ')[0]}, runtime {Environment.Version}")
            : Finding.Warn(name, $"no .NET SDK 10 on the path, runtime {Environment.Version}", "Install the .NET SDK 10 from https://dot.net to build and test.");
    }

    public static Finding Memory()
    {
        const string name = "memory";
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var detail = $"{(double)available / Gigabyte:0.0} GiB for this process";
        return available >= Gigabyte
            ? Finding.Ok(name, detail)
            : Finding.Warn(name, detail, "Give the machine or container at least 1 GiB.");
    }

    /// <summary>A connection is an open file. Only where the system says how many there may be.</summary>
    public static Finding OpenFiles() => OpenFiles(File.Exists("/proc/self/limits") ? File.ReadAllText("/proc/self/limits") : "");

    /// <param name="limits">As Linux lists a process's limits.</param>
    public static Finding OpenFiles(string limits)
    {
        const string name = "open files";
        var words = limits.Split('\n').FirstOrDefault(line => line.StartsWith("Max open files", StringComparison.Ordinal))?
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is not [_, _, _, _, var most, ..] || !long.TryParse(most, out var hard))
            return Finding.Ok(name, "not limited");
        return hard < LeastOpenFiles
            ? Finding.Warn(name, $"at most {hard}, connections included", "Raise the limit: ulimit -n 65536, or LimitNOFILE= of the service.")
            : Finding.Ok(name, $"at most {hard}");
    }

    public static Finding DiskSpace(string dataFolder)
    {
        const string name = "disk space";
        var existing = new DirectoryInfo(dataFolder);
        while (!existing.Exists)
            existing = existing.Parent!;
        var free = new DriveInfo(existing.FullName).AvailableFreeSpace;
        var detail = $"{(double)free / Gigabyte:0.0} GiB free at {existing.FullName}";
        const string fix = "Free some space, or name a folder on another disk with --data.";
        return free < Gigabyte / 2 ? Finding.Fail(name, detail, fix)
            : free < 6 * Gigabyte ? Finding.Warn(name, detail, fix)
            : Finding.Ok(name, detail);
    }

    public static Finding Port(int port)
    {
        const string name = "port";
        return Ports.IsFree(port)
            ? Finding.Ok(name, $"{port} is free")
            : Finding.Warn(name, $"{port} is in use", "Stop what listens there, or serve on another port with --port.");
    }

    /// <summary>A clock before the program's own build time is certainly wrong.</summary>
    public static Finding Clock(TimeProvider time)
    {
        const string name = "clock";
        var now = time.GetUtcNow();
        var built = File.GetLastWriteTimeUtc(Assembly.GetExecutingAssembly().Location);
        return now.UtcDateTime.AddMinutes(5) >= built
            ? Finding.Ok(name, $"{now:yyyy-MM-dd HH:mm:ss} UTC")
            : Finding.Fail(name, $"{now:yyyy-MM-dd HH:mm:ss} UTC is before this program was built", "Set the clock, and keep it right with NTP.");
    }
}
