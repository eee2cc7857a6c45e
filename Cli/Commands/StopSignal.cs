using System.Runtime.InteropServices;

namespace OrleansOrders.Cli.Commands;

/// <summary>
/// Ends a long-running verb in an orderly way, also when its terminal is closed. Who presses Ctrl-C twice is in a hurry:
/// the process then ends at once, and the next start recovers.
/// </summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource source;
    private readonly PosixSignalRegistration hangUp;
    private readonly PosixSignalRegistration interrupt;
    private int interrupts;

    public StopSignal(CancellationToken outer)
    {
        source = CancellationTokenSource.CreateLinkedTokenSource(outer);
        hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            source.Cancel();
        });
        interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = true;
            if (Interlocked.Increment(ref interrupts) > 1)
                Environment.Exit(ErrorLine.Interrupted);
            source.Cancel();
        });
    }

    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        interrupt.Dispose();
        hangUp.Dispose();
        source.Dispose();
    }
}
