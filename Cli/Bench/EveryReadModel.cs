using OrleansOrders.EventStore;
using OrleansOrders.ReadModels;

namespace OrleansOrders.Cli.Bench;

internal static class EveryReadModel
{
    /// <summary>Waits until each of them has written down that it is where the log ends now.</summary>
    public static async Task WaitForEnd(PostgresReadModels readModels, IEventStore log, CancellationToken cancellation)
    {
        var end = await log.ReadEnd(cancellation);
        foreach (var projection in ReadModelCatalog.All)
        {
            while (!await readModels.WaitFor(projection.Name, end, TimeSpan.FromSeconds(10), cancellation))
                cancellation.ThrowIfCancellationRequested();
        }
    }
}
