using Microsoft.Extensions.Logging;

namespace OrleansOrders.Hosting;

/// <summary>
/// Takes up what a source says whenever it says something else: a file that somebody edits, or that is exchanged below a
/// link. It is read every time, because links and mounted secrets tell of no change. What cannot be read or taken changes
/// nothing: what was known before stays, and the log says why.
/// </summary>
/// <param name="what">What the log calls it.</param>
/// <param name="take">Takes the content; throws <see cref="Failure"/> when it is not usable.</param>
public sealed partial class FileWatch(
    string what, Func<CancellationToken, Task<byte[]>> read, Action<byte[]> take, TimeSpan interval, TimeProvider time, ILogger log)
    : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private Task running = Task.CompletedTask;
    private byte[]? seen;
    private string? complained;

    public void Start() => running = Task.Run(Run);

    /// <summary>Looks now.</summary>
    public async Task Look(CancellationToken cancellation)
    {
        try
        {
            var content = await read(cancellation);
            if (seen is not null && content.AsSpan().SequenceEqual(seen))
                return;
            // Bad content is complained of once, not at every look.
            seen = content;
            take(content);
            complained = null;
            LogTaken(log, what);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            if (complained != failure.Message)
                LogRefused(log, what, failure.Message);
            complained = failure.Message;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running;
        stopping.Dispose();
    }

    private async Task Run()
    {
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            do
                await Look(stopping.Token);
            while (await timer.WaitForNextTickAsync(stopping.Token));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // That is how it ends.
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{What} were read.")]
    private static partial void LogTaken(ILogger log, string what);

    [LoggerMessage(Level = LogLevel.Error, Message = "{What} were not taken, what was known before stays: {Reason}")]
    private static partial void LogRefused(ILogger log, string what, string reason);
}
