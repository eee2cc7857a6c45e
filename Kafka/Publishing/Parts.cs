using OrleansOrders.Domain;
using OrleansOrders.EventStore;

namespace OrleansOrders.Kafka;

/// <summary>Numbers the parts of all topics, and knows the event before the next one of each. For one thread at a time.</summary>
internal sealed class Parts
{
    /// <summary>Of topics: one per stream type, of which there are a handful.</summary>
    private const int MostTopics = 64;

    private readonly List<string> topics = [];
    private readonly Dictionary<string, int> firstOfType = new(StringComparer.Ordinal);
    private readonly long[] previous = new long[MostTopics * PublishedEvents.Partitions];

    public Parts(IEnumerable<PublishedPart> known)
    {
        foreach (var part in known)
            previous[FirstOf(part.Topic) + part.Partition] = part.LastPosition;
    }

    /// <summary>The last position of each part, by its number.</summary>
    public IReadOnlyList<long> Previous => previous;

    public static (string Topic, int Partition) Of(StreamName stream) =>
        (PublishedEvents.TopicOf(stream.Type), PublishedEvents.PartitionOf(stream.StreamId));

    /// <summary>Which part the event belongs to, and the position of the event before it there; the event is now that part's last.</summary>
    public (int Part, string Topic, int Partition, long Previous) Add(RecordedEvent recorded)
    {
        if (!firstOfType.TryGetValue(recorded.Stream.Type, out var first))
            firstOfType.Add(recorded.Stream.Type, first = FirstOf(PublishedEvents.TopicOf(recorded.Stream.Type)));
        var partition = PublishedEvents.PartitionOf(recorded.Stream.StreamId);
        var before = previous[first + partition];
        previous[first + partition] = recorded.Position;
        return (first + partition, topics[first / PublishedEvents.Partitions], partition, before);
    }

    /// <summary>Those that have an event, by the last positions of all.</summary>
    public IReadOnlyCollection<PublishedPart> Describe(long[] last, long[] known) =>
    [
        .. Enumerable.Range(0, last.Length).Where(part => last[part] != known[part]).Select(part => new PublishedPart(
            topics[part / PublishedEvents.Partitions], part % PublishedEvents.Partitions, last[part])),
    ];

    private int FirstOf(string topic)
    {
        var number = topics.IndexOf(topic);
        if (number < 0)
        {
            if (topics.Count == MostTopics)
                throw new InvalidOperationException($"More than {MostTopics} topics are more than anybody has.");
            number = topics.Count;
            topics.Add(topic);
        }
        return number * PublishedEvents.Partitions;
    }
}
