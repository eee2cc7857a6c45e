using OrleansOrders.EventStore;

namespace OrleansOrders.ReadModels;

/// <summary>
/// The streams that one table's fold leaves out, each from a version on. It belongs to the fence that the table is written
/// under: whoever parks or replays for the table moves that as well, so that nobody goes on with an old set.
/// </summary>
internal sealed class ParkedSet
{
    private readonly Dictionary<StreamName, long> _from = [];

    public static ParkedSet Of(IEnumerable<ParkedStream> parked)
    {
        var set = new ParkedSet();
        foreach (var stream in parked)
            set._from[stream.Stream] = stream.Version;
        return set;
    }

    /// <summary>Those parked for a projection now, by its letters.</summary>
    public static async Task<ParkedSet> Read(DeadLetters letters, string projection, CancellationToken cancellation) =>
        Of(await ReadStreams(letters, projection, cancellation));

    /// <summary>The same, for several sets.</summary>
    public static async Task<IReadOnlyList<ParkedStream>> ReadStreams(
        DeadLetters letters, string projection, CancellationToken cancellation) =>
        await letters.ReadParked(projection, 0, cancellation) is var (_, streams) ? streams : [];

    public IReadOnlyDictionary<StreamName, long> Streams => _from;

    public bool Skips(RecordedEvent recorded) =>
        _from.Count > 0 && _from.TryGetValue(recorded.Stream, out var from) && recorded.Version >= from;

    public void Add(IEnumerable<PoisonEvent> poison)
    {
        foreach (var one in poison)
            _from[one.Stream] = one.Version;
    }
}
