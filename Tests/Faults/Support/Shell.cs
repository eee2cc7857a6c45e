using System.Diagnostics;

namespace OrleansOrders.Tests.Faults;

/// <summary>A few words of shell, for what the platform has no words for: mounts, namespaces, limits.</summary>
internal static class Shell
{
    public sealed record Result(int ExitCode, string Output)
    {
        public bool Succeeded => ExitCode == 0;
    }

    public static Result Run(string script)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"exec 2>&1; {script}"]) { RedirectStandardOutput = true };
        using var shell = Process.Start(start)!;
        var output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return new Result(shell.ExitCode, output.Trim());
    }

    /// <summary>Runs what must succeed.</summary>
    public static string Must(string script)
    {
        var result = Run(script);
        Assert.True(result.Succeeded, $"{script}: {result.Output}");
        return result.Output;
    }
}
