using System.Runtime.InteropServices;

namespace OrleansOrders.Hosting;

/// <summary>
/// Ends a long-running program in an orderly way, also when its terminal is closed. Who presses Ctrl-C twice is in a hurry:
/// the process then ends at once, and the next start recovers.
/// </summary>
public sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource source;
    private readonly PosixSignalRegistration hangUp;
    private readonly PosixSignalRegistration interrupt;
    private int interrupts;

    /// <param name="outer">Is cancelled on SIGTERM.</param>
    /// <param name="isSupervised">
    /// Another process of ours has started this one, tells it when to stop, and holds its standard input open. Ctrl-C,
    /// which a terminal sends to both, is that one's business; when it dies, this process stops by itself.
    /// </param>
    public StopSignal(CancellationToken outer, bool isSupervised = false)
    {
        source = CancellationTokenSource.CreateLinkedTokenSource(outer);
        hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => Stop(signal, isSupervised));
        interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            if (!isSupervised && Interlocked.Increment(ref interrupts) > 1)
                Environment.Exit(ErrorLine.Interrupted);
            Stop(signal, isSupervised);
        });
        if (isSupervised)
            new Thread(FollowInput) { IsBackground = true, Name = "supervision" }.Start();
    }

    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        interrupt.Dispose();
        hangUp.Dispose();
        source.Dispose();
    }

    private void Stop(PosixSignalContext signal, bool isSupervised)
    {
        signal.Cancel = true;
        if (!isSupervised)
            source.Cancel();
    }

    // A pipe's end is the one thing that a killed process gives away for certain.
    private void FollowInput()
    {
        using var input = Console.OpenStandardInput();
        Span<byte> unused = stackalloc byte[64];
        while (input.Read(unused) > 0)
        {
        }
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Stopped already.
        }
    }
}
