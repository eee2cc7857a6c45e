using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;

namespace OrleansOrders.ReadModels;

/// <summary>
/// Repairs of events that a fold failed on. Asked for only then, so that a sound log costs nothing; what was asked once is
/// known for the rest of the batch.
/// </summary>
internal sealed class Repairs(IEventStore log)
{
    private readonly Dictionary<Guid, (EventRepair? Repair, EventEnvelope? Envelope, Exception? Failure)> _known = [];

    /// <summary>The event as it is to be read instead; null when there is no repair, or none that can be decoded.</summary>
    public EventEnvelope? Find(LogEntry entry) => _known.Count == 0 ? null : _known.GetValueOrDefault(entry.Recorded.EventId).Envelope;

    /// <summary>Why the repair cannot be decoded, if so.</summary>
    public Exception? FailureOf(LogEntry entry) => _known.GetValueOrDefault(entry.Recorded.EventId).Failure;

    /// <summary>Looks for repairs of those that were not asked for yet.</summary>
    /// <returns>Whether there is one that can be decoded, so that it is worth folding again.</returns>
    public async Task<bool> AskFor(IEnumerable<LogEntry> failed, CancellationToken cancellation)
    {
        var unknown = failed.Where(entry => !_known.ContainsKey(entry.Recorded.EventId)).ToList();
        if (unknown.Count == 0)
            return false;
        var repairs = await log.FindRepairs([.. unknown.Select(entry => entry.Recorded.EventId)], cancellation);
        var byEvent = repairs.ToDictionary(repair => (repair.Tenant, repair.EventId));
        return unknown.Count(entry => Keep(entry, byEvent.GetValueOrDefault((entry.Recorded.Stream.Tenant, entry.Recorded.EventId)))) > 0;
    }

    private bool Keep(LogEntry entry, EventRepair? repair)
    {
        try
        {
            var envelope = repair is null ? null : entry.DecodeRepaired(repair);
            _known[entry.Recorded.EventId] = (repair, envelope, null);
            return envelope is not null;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            _known[entry.Recorded.EventId] = (repair, null, failure);
            return false;
        }
    }
}
