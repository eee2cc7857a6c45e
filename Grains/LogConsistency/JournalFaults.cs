using System.Collections.Concurrent;
using OrleansOrders.EventStore;

namespace OrleansOrders.Grains.LogConsistency;

/// <summary>
/// The streams that this silo could not fold: the log is damaged there, or the code is older than it. They stay until an
/// activation folds them.
/// </summary>
public sealed class JournalFaults
{
    // A code that is too old meets the same fault everywhere: a few name it well enough.
    private const int Kept = 100;

    private readonly ConcurrentDictionary<StreamName, string> faults = new();

    public bool IsEmpty => faults.IsEmpty;

    /// <summary>Which streams, and why.</summary>
    public IReadOnlyList<(StreamName Stream, string Reason)> List() => [.. faults.Select(fault => (fault.Key, fault.Value))];

    internal void Add(StreamName stream, string reason)
    {
        if (faults.Count < Kept)
            faults[stream] = reason;
    }

    internal void Remove(StreamName stream)
    {
        if (!faults.IsEmpty)
            faults.TryRemove(stream, out _);
    }
}
