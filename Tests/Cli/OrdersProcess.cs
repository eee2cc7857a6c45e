using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cli;

/// <summary>The built `orders` command as a child process, with nothing of this machine's settings.</summary>
internal sealed class OrdersProcess : IAsyncDisposable
{
    private const int Interrupt = 2;
    private const nint Default = 0;
    private const nint Ignored = 1;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Process process;
    private readonly ConcurrentQueue<string> output = new();
    private readonly ConcurrentQueue<string> error = new();

    // A shell that starts the tests in its background has them ignore Ctrl-C, and a child inherits what is ignored.
    static OrdersProcess()
    {
        if (SetHandler(Interrupt, Default) is var earlier and not Ignored)
            SetHandler(Interrupt, earlier);
    }

    private OrdersProcess(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) => Keep(output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(error, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public IReadOnlyList<string> Output => [.. output];

    public IReadOnlyList<string> Error => [.. error];

    public static OrdersProcess Start(IEnumerable<string> arguments, params (string Name, string Value)[] environment) =>
        StartProgram("orders", arguments, environment);

    /// <param name="program">One of the programs beside the tests: <c>orders</c>, <c>orders-silo</c>, <c>orders-gateway</c>.</param>
    public static OrdersProcess StartProgram(
        string program, IEnumerable<string> arguments, params (string Name, string Value)[] environment) =>
        StartElsewhere(AppContext.BaseDirectory, [], program, arguments, environment);

    /// <param name="folder">Where the program is.</param>
    /// <param name="within">A command that becomes the one behind it, in surroundings of its own; empty for none.</param>
    public static OrdersProcess StartElsewhere(
        string folder, IReadOnlyList<string> within, string program, IEnumerable<string> arguments, (string Name, string Value)[] environment)
    {
        string[] words = [.. within, "dotnet", Path.Combine(folder, $"{program}.dll"), .. arguments];
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("ORDERS_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        if (TestServer.BinFolder is { } programs)
            start.Environment["ORDERS_POSTGRES_BIN"] = programs;
        // Most of them are there for seconds only: they start in half the time when nothing is compiled for a long life.
        (start.Environment["DOTNET_TC_QuickJit"], start.Environment["DOTNET_TieredPGO"]) = ("1", "0");
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new OrdersProcess(Process.Start(start)!);
    }

    /// <summary>Serves a data folder on any free port and returns when requests are answered.</summary>
    public static async Task<(OrdersProcess Process, HttpClient Client)> Serve(string dataFolder, params string[] more)
    {
        var server = Start(["serve", "--port", "0", "--json", "--data", dataFolder, .. more]);
        var ready = await server.WaitForReady();
        return (server, new HttpClient { BaseAddress = new Uri(ready.GetProperty("url").GetString()!) });
    }

    /// <summary>The first line of output, which the programs print when they are ready, as JSON.</summary>
    public async Task<JsonElement> WaitForReady()
    {
        await Eventually.True(() => !output.IsEmpty || process.HasExited, Patience);
        Assert.False(output.IsEmpty, string.Join('\n', error));
        return JsonSerializer.Deserialize<JsonElement>(Output[0]);
    }

    public async Task<int> WaitForExit()
    {
        try
        {
            await process.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            var said = string.Join('\n', error.Concat(output).TakeLast(20));
            Assert.Fail($"Process {process.Id} has not ended within {Patience.TotalSeconds} s. What it said last:\n{said}");
        }
        return process.ExitCode;
    }

    /// <summary>Asks it to stop, as a service manager does.</summary>
    public async Task<int> Terminate()
    {
        Assert.Equal(0, await Shell($"kill -TERM {process.Id}"));
        return await WaitForExit();
    }

    /// <summary>Sends a signal by name, <c>STOP</c> or <c>CONT</c>.</summary>
    public async Task Signal(string name) => Assert.Equal(0, await Shell($"kill -{name} {process.Id}"));

    /// <summary>Ends this one process at once, and nothing that it started.</summary>
    public async Task Kill()
    {
        process.Kill();
        await WaitForExit();
    }

    public static async Task<int> Shell(string script)
    {
        using var shell = Process.Start("/bin/sh", ["-c", script]);
        await shell.WaitForExitAsync();
        return shell.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await Terminate();
        process.Dispose();
    }

    [DllImport("libc", EntryPoint = "signal")]
    private static extern nint SetHandler(int signal, nint handler);

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
            lines.Enqueue(line);
    }
}
