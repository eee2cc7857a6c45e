using System.Runtime.InteropServices;

namespace OrleansOrders.Cli.Commands;

/// <summary>Ends a long-running verb in an orderly way, also when its terminal is closed.</summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource source;
    private readonly PosixSignalRegistration hangUp;

    public StopSignal(CancellationToken outer)
    {
        source = CancellationTokenSource.CreateLinkedTokenSource(outer);
        hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            source.Cancel();
        });
    }

    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        hangUp.Dispose();
        source.Dispose();
    }
}
