using OrleansOrders.EventStore;

namespace OrleansOrders.Cli.Simulation;

/// <summary>
/// Events that stand in the log under a name which this program does not know, as if a newer one had written them. Their
/// repair, which comes when the faults are over, is what they would have been.
/// </summary>
internal sealed class Poisons(Faults faults, InMemoryEventStore log, Func<DateTimeOffset> now)
{
    private readonly List<(string Tenant, NewEvent Sound)> poisoned = [];

    public Append PoisonNowAndThen(Append append, ulong moment)
    {
        var last = append.Events[^1];
        if (!faults.Happens(FaultKind.Poison, moment, append))
            return append;
        poisoned.Add((append.Stream.Tenant, last));
        return append with { Events = [.. append.Events.Take(append.Events.Count - 1), last with { Type = $"{last.Type}9" }] };
    }

    public void Repair()
    {
        foreach (var (tenant, sound) in poisoned)
            log.Repair(new EventRepair(tenant, sound.EventId, 1, sound.Type, sound.Data, "operations", "read as it was meant", now()));
    }
}
