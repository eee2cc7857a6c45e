using System.Diagnostics;

namespace OrleansOrders.Cli.Postgres;

/// <param name="Output">Standard output, then standard error.</param>
internal sealed record ChildResult(int ExitCode, string Output)
{
    public bool Succeeded => ExitCode == 0;

    /// <summary>The last line that says something, for a message to a person.</summary>
    public string LastLine => Output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).LastOrDefault("no output");
}

/// <summary>Runs a program to its end and keeps what it wrote.</summary>
internal static class ChildProcess
{
    /// <summary>The exit code of a program that is not there, as shells report it.</summary>
    public const int NotFound = 127;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    public static async Task<ChildResult> Run(string file, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        // The folder a user started from may be closed to the user that the program runs as.
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        // Somebody's PGPORT or PGDATA is about another server.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        start.Environment["LC_ALL"] = "C";
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return new ChildResult(NotFound, missing.Message);
        }
        using (process)
            return await Finish(process, cancellation);
    }

    private static async Task<ChildResult> Finish(Process process, CancellationToken cancellation)
    {
        process.StandardInput.Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Longest);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new ChildResult(process.ExitCode, await output + await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
