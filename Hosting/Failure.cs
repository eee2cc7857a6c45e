namespace OrleansOrders.Hosting;

/// <summary>An expected failure of a command: one line for a person, which names the fix, and an exit code.</summary>
/// <param name="exitCode">One of <see cref="ExitCodes"/>.</param>
public sealed class Failure(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    public int ExitCode { get; } = exitCode;
}
