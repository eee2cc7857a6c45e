using System.Collections.Concurrent;
using OrleansOrders.EventStore;

namespace OrleansOrders.Kafka;

/// <summary>
/// What was set aside since the last checkpoint: refused events, and those that wait behind them. It is written with the
/// checkpoint that passes it. Safe for several threads.
/// </summary>
internal sealed class Setbacks
{
    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<StreamName, long> parked = new();
    private readonly List<PoisonEvent> poison = [];
    private readonly List<WaitingEvent> waiting = [];

    public bool IsParked(StreamName stream, long version) => !parked.IsEmpty && parked.TryGetValue(stream, out var from) && from <= version;

    public void Refuse(PoisonEvent refused, RecordedEvent recorded, long previousPosition)
    {
        lock (gate)
        {
            parked.TryAdd(recorded.Stream, recorded.Version);
            poison.Add(refused);
            waiting.Add(new WaitingEvent(recorded.Stream, recorded.Version, recorded.Position, previousPosition));
        }
    }

    public void Wait(RecordedEvent recorded, long previousPosition)
    {
        lock (gate)
            waiting.Add(new WaitingEvent(recorded.Stream, recorded.Version, recorded.Position, previousPosition));
    }

    /// <summary>What has to be written when everything up to <paramref name="position"/> is finished.</summary>
    public (IReadOnlyList<PoisonEvent> Poison, IReadOnlyList<WaitingEvent> Waiting) UpTo(long position)
    {
        lock (gate)
            return ([.. poison.Where(one => one.Position <= position)], [.. waiting.Where(one => one.Position <= position)]);
    }

    /// <summary>It is written, and known from the database.</summary>
    public void Forget(long position)
    {
        lock (gate)
        {
            foreach (var written in poison.Where(one => one.Position <= position))
                parked.TryRemove(written.Stream, out _);
            poison.RemoveAll(one => one.Position <= position);
            waiting.RemoveAll(one => one.Position <= position);
        }
    }
}
