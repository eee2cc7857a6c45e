using OrleansOrders.Domain;
using OrleansOrders.EventStore;

namespace OrleansOrders.Cli.Simulation;

/// <summary>
/// Events that stand in the log under a name which this program does not know, as if a newer one had written them. Their
/// repair, which comes when the faults are over, is what they would have been.
/// </summary>
internal sealed class Poisons(Faults faults, InMemoryEventStore log, Func<DateTimeOffset> now)
{
    public Append PoisonNowAndThen(Append append, ulong moment)
    {
        if (append.Events.Count == 0 || !faults.Happens(FaultKind.Poison, moment, append))
            return append;
        var last = append.Events[^1];
        return append with { Events = [.. append.Events.Take(append.Events.Count - 1), last with { Type = $"{last.Type}9" }] };
    }

    /// <summary>Repairs what is in the log, as an operator does: of what was refused there is nothing to repair.</summary>
    public void Repair()
    {
        foreach (var recorded in log.ReadLog(0, int.MaxValue, CancellationToken.None).Result.Where(recorded => !EventCatalog.Knows(recorded.Type)))
        {
            log.Repair(new EventRepair(
                recorded.Stream.Tenant, recorded.EventId, 1, recorded.Type[..^1], recorded.Data, "operations", "read as it was meant", now()));
        }
    }
}
