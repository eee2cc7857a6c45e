using System.Diagnostics;
using System.Text.Json;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Cluster;

/// <summary>A program of ours that this one has started: it says in one JSON line when it is ready, and stops when it is left.</summary>
internal sealed class ChildProgram : IAsyncDisposable
{
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(45);

    private readonly Process _process;
    private readonly Action<string> _report;
    private readonly TaskCompletionSource<JsonElement> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? _lastWords;
    private volatile bool _isAsked;

    private ChildProgram(string name, Process process, Action<string> report)
    {
        (Name, _process, _report) = (name, process, report);
        Id = process.Id;
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Relay(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Ended = Follow();
    }

    /// <summary>For people: <c>silo 1</c>.</summary>
    public string Name { get; }

    public int Id { get; }

    /// <summary>Completes when the process has ended, however it did.</summary>
    public Task Ended { get; }

    /// <summary>What it said when it was ready.</summary>
    /// <exception cref="Failure">It ended before.</exception>
    public Task<JsonElement> Ready => _ready.Task;

    public static ChildProgram Start(
        string name, string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, Action<string> report)
    {
        // The runtime that runs this program runs that one.
        var runtime = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";
        var start = new ProcessStartInfo(runtime, [program, .. arguments, SupervisedOption.Name])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (variable, value) in environment)
        {
            start.Environment[variable] = value;
            // What this program has read from a file is handed on as it is; both together would contradict each other.
            start.Environment.Remove(variable + Secret.FileEnding);
        }
        return new ChildProgram(name, Process.Start(start)!, report);
    }

    /// <summary>Lets it finish what is under way; one that takes too long is ended.</summary>
    public async Task Stop()
    {
        _isAsked = true;
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // Gone already.
        }
        if (await Task.WhenAny(Ended, Task.Delay(LongestStop)) == Ended)
            return;
        _report($"{Name} (pid {Id}) does not stop and is ended.");
        _process.Kill();
        await Ended;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        _process.Dispose();
    }

    private async Task Follow()
    {
        await _process.WaitForExitAsync();
        var wasReady = !_ready.TrySetException(new Failure(
            _process.ExitCode is > 0 and < 128 ? _process.ExitCode : ExitCodes.Unreachable,
            _lastWords ?? $"{Name} ended with exit code {_process.ExitCode} before it was ready."));
        if (wasReady && !_isAsked)
            _report($"orders: {Name} (pid {Id}) has ended with exit code {_process.ExitCode}.");
    }

    private void Read(string? line)
    {
        if (line is not null && line.StartsWith('{'))
            _ready.TrySetResult(JsonDocument.Parse(line).RootElement);
    }

    private void Relay(string? line)
    {
        if (line is null)
            return;
        // Its own one line about a failure becomes this program's, when it has not been ready yet.
        if (line.StartsWith("orders-", StringComparison.Ordinal) && !_ready.Task.IsCompleted)
            _lastWords = line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..];
        else
            _report($"{Name}: {line}");
    }
}
