using System.Net;
using System.Text.Json;
using OrleansOrders.Hosting;

namespace OrleansOrders.Cli.Cluster;

/// <summary>A silo that is kept running: when it ends unasked it is started again, where it was.</summary>
internal sealed class KeptSilo : IAsyncDisposable
{
    private const int MostFailures = 5;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Func<string[], ChildProgram> _start;
    private readonly Action<string> _report;
    private readonly Lock _gate = new();
    private ChildProgram _child;
    private volatile bool _isAsked;

    /// <param name="start">Starts the silo with these arguments for its ports.</param>
    public KeptSilo(Func<string[], ChildProgram> start, Action<string> report)
    {
        (_start, _report) = (start, report);
        _child = start(["--silo-port", "0", "--gateway-port", "0", "--http-port", "0", "--dashboard-port", "0"]);
        Ended = Keep(_child);
    }

    /// <summary>Of the process that runs now.</summary>
    public int Id => _child.Id;

    /// <summary>What the first process said when it was ready.</summary>
    /// <exception cref="Failure">It ended before.</exception>
    public Task<JsonElement> Ready => _child.Ready;

    /// <summary>Completes when it is not started again.</summary>
    public Task Ended { get; }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
            _isAsked = true;
        await _child.DisposeAsync();
        await Ended;
    }

    private static string[] Ports(JsonElement said) =>
    [
        "--silo-port", $"{IPEndPoint.Parse(said.GetProperty("silo").GetString()!).Port}",
        "--gateway-port", $"{IPEndPoint.Parse(said.GetProperty("gateway").GetString()!).Port}",
        "--http-port", $"{new Uri(said.GetProperty("health").GetString()!).Port}",
        "--dashboard-port", $"{(said.GetProperty("dashboard").GetString() is { } dashboard ? new Uri(dashboard).Port : 0)}",
    ];

    private async Task Keep(ChildProgram first)
    {
        string[] ports;
        try
        {
            ports = Ports(await first.Ready);
        }
        catch (Failure)
        {
            return; // whoever waits for it to be ready hears of it
        }
        for (var failures = 0; failures < MostFailures;)
        {
            await _child.Ended;
            if (!_isAsked)
                await Task.Delay(Pause);
            if (!StartAgain(ports))
                return;
            try
            {
                await _child.Ready;
                failures = 0;
                _report($"{_child.Name} runs again (pid {_child.Id}).");
            }
            catch (Failure failure)
            {
                failures++;
                _report($"{_child.Name} did not start again: {failure.Message}");
            }
        }
        _report($"orders: {_child.Name} is given up after {MostFailures} attempts; the others go on.");
    }

    private bool StartAgain(string[] ports)
    {
        lock (_gate)
        {
            if (_isAsked)
                return false;
            _child = _start(ports);
            return true;
        }
    }
}
