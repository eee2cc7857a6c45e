using Orleans.Runtime.Messaging;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Grains.Interfaces;

/// <summary>
/// Calls that outlive the silo that they were sent to. Every call through here may be made twice: commands carry their key,
/// reads change nothing.
/// </summary>
internal static class ClusterCalls
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    /// <param name="limit">How long it is tried anew after a silo did not answer.</param>
    /// <exception cref="UnavailableException">No silo took the call.</exception>
    /// <exception cref="OutcomeUnknownException">A silo may have taken it; none has answered.</exception>
    public static async Task<T> Make<T>(Func<Task<T>> call, TimeSpan limit, TimeProvider time, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        var mayHaveHappened = false;
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                return await call().WaitAsync(cancellation);
            }
            catch (Exception failure) when (IsTransient(failure))
            {
                mayHaveHappened |= !IsRejected(failure);
                if (time.GetElapsedTime(started) + pause >= limit)
                {
                    throw mayHaveHappened
                        ? new OutcomeUnknownException($"The cluster did not answer: {failure.Message}", failure)
                        : new UnavailableException($"The cluster does not take calls: {failure.Message}", failure);
                }
            }
            await Task.Delay(pause, time, cancellation);
        }
    }

    private static bool IsTransient(Exception failure) =>
        IsRejected(failure) || failure is SiloUnavailableException or TimeoutException or InconsistentStateException
        || failure.GetType() == typeof(OrleansException); // how the runtime says that no silo has a place for the grain at the moment

    // Turned away before any grain saw it.
    private static bool IsRejected(Exception failure) =>
        failure is (OrleansMessageRejectionException and not SiloUnavailableException) or GatewayTooBusyException
            or ClientNotAvailableException or ConnectionFailedException;
}
