using Orleans.Runtime;
using OrleansOrders.Hosting;

namespace OrleansOrders.Silo;

/// <summary>
/// Ends the process when Orleans cannot go on: above all when the other silos have given this one up. Its grains live
/// elsewhere by then, and the key of the log fences whatever is still on its way here.
/// </summary>
internal sealed class GivenUp(TextWriter error) : IFatalErrorHandler
{
    private int _isEnding;

    public bool IsUnexpected(Exception exception) => true;

    public void OnFatalException(object? sender = null, string? context = null, Exception? exception = null)
    {
        if (Interlocked.Exchange(ref _isEnding, 1) == 1)
            return;
        var reason = exception?.Message ?? context ?? "no reason given";
        error.WriteLine($"{SiloProgram.Name}: This silo cannot go on ({ErrorLine.OneLine(reason)}): start it again.");
        error.Flush();
        Environment.Exit(ExitCodes.GivenUp);
    }
}
