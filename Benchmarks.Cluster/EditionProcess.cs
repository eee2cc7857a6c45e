using System.Diagnostics;
using System.Text.Json;

namespace OrleansOrders.Benchmarks.Cluster;

/// <summary>One of the product's programs, as a process whose time on the processor can be read.</summary>
internal sealed class EditionProcess : IAsyncDisposable
{
    private readonly Process process;

    private EditionProcess(string name, Process process) => (Name, this.process) = (name, process);

    public string Name { get; }

    /// <summary>What it printed when it was ready.</summary>
    public JsonElement Ready { get; private set; }

    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Starts a program that lies beside this one, and returns when it has said that it is ready.</summary>
    public static async Task<EditionProcess> Start(string program, string connectionString, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, $"{program}.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["ORDERS_POSTGRES"] = connectionString;
        var started = new EditionProcess(program, Process.Start(start)!);
        var line = await started.process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException($"{program} ended before it was ready.");
        started.Ready = JsonSerializer.Deserialize<JsonElement>(line);
        return started;
    }

    public async ValueTask DisposeAsync()
    {
        using (var stop = Process.Start("kill", ["-TERM", $"{process.Id}"]))
            await stop.WaitForExitAsync();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
