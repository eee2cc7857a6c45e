using System.Text;
using OrleansOrders.EventStore;

namespace OrleansOrders.Tests.ReadModels.Support;

/// <summary>
/// A sound history written to another log with some of its events damaged: of a newer version, unknown, with broken data,
/// or impossible where they stand. What each should have been is known, so that it can be repaired.
/// </summary>
internal sealed class DamagedLog(IEventStore target, int seed)
{
    private readonly Random _random = new(seed);
    private readonly Dictionary<StreamName, (StreamHead Head, RecordedEvent First)> _streams = [];

    /// <summary>The events as they should be, by id, of those that are damaged.</summary>
    public Dictionary<Guid, RecordedEvent> Sound { get; } = [];

    public async Task Append(IEnumerable<RecordedEvent> sound, double damage)
    {
        foreach (var recorded in sound)
        {
            var (head, first) = _streams.GetValueOrDefault(recorded.Stream, (StreamHead.None, recorded));
            var (type, data) = (recorded.Type, recorded.Data.ToArray());
            if (_random.NextDouble() < damage)
            {
                (type, data) = Damage(recorded, first);
                Sound.Add(recorded.EventId, recorded);
            }
            var written = new NewEvent(recorded.EventId, type, data, recorded.Metadata.ToArray(), recorded.OccurredAt);
            var appended = await target.Append(new Append(recorded.Stream, head, [written], null), CancellationToken.None);
            _streams[recorded.Stream] = (Assert.IsType<AppendResult.Appended>(appended).Head, first);
        }
    }

    private (string Type, byte[] Data) Damage(RecordedEvent recorded, RecordedEvent first)
    {
        // The sales look at each of these alone, and cannot tell that it is impossible.
        var mayBeSwapped = recorded.Version > 1 && recorded.Type is not ("order-placed.v1" or "order-cancelled.v1")
            && recorded.Stream.Type is ("order" or "fulfilment");
        return _random.Next(mayBeSwapped ? 4 : 3) switch
        {
            0 => (recorded.Type.Split(".v")[0] + ".v99", recorded.Data.ToArray()),
            1 => ($"{recorded.Stream.Type}-teleported.v1", Encoding.UTF8.GetBytes("""{"where": "moon"}""")),
            2 => (recorded.Type, Encoding.UTF8.GetBytes("""{"at": 17}""")),
            _ => (first.Type, first.Data.ToArray()),
        };
    }
}
