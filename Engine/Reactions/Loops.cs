namespace OrleansOrders.Engine.Reactions;

/// <summary>Loops that outlive what goes wrong in them.</summary>
internal static class Loops
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Runs <paramref name="round"/> again and again; after a failure it is told and waits a little.</summary>
    public static async Task Repeat(
        string name, Func<CancellationToken, Task> round, Action<string, Exception> onFailure, TimeProvider time, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await round(stopping);
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                onFailure(name, failure);
                await Task.Delay(Patience, time, stopping)
                    .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
