using System.Globalization;
using Confluent.Kafka;
using OrleansOrders.EventStore;
using OrleansOrders.Kafka;

namespace OrleansOrders.Tests.Kafka.Support;

/// <summary>
/// Compares what stands in the topics with the log: every event is there, as it was committed; the first appearances of a
/// stream come in the order of its versions; those of a part of a topic are a chain without a gap; nothing else is there.
/// </summary>
internal static class PublishedLog
{
    private const int Shown = 10;

    /// <summary>What is wrong, the first few in words; empty when nothing is.</summary>
    public static IReadOnlyList<string> Compare(
        IEnumerable<RecordedEvent> log, IEnumerable<ConsumeResult<byte[], byte[]>> messages, bool chained = true)
    {
        var findings = new List<string>();
        var missing = log.ToDictionary(recorded => recorded.Position);
        var seen = new Dictionary<long, Guid>();
        var versions = new Dictionary<StreamName, long>();
        var last = new Dictionary<TopicPartition, long>();
        foreach (var message in messages)
        {
            if (!EventMessage.TryRead(message, out var published, out var reason))
            {
                findings.Add($"{message.TopicPartitionOffset}: {reason}");
                continue;
            }
            var recorded = published.Recorded;
            if (seen.TryGetValue(recorded.Position, out var known) && known == recorded.EventId)
                continue;
            if (!missing.Remove(recorded.Position, out var committed) || !IsSame(committed, recorded))
            {
                findings.Add($"{message.TopicPartitionOffset}: {Name(recorded)} was not committed like that");
                continue;
            }
            seen.Add(recorded.Position, recorded.EventId);
            if (recorded.Version != versions.GetValueOrDefault(recorded.Stream) + 1)
                findings.Add($"{message.TopicPartitionOffset}: {Name(recorded)} came after version {versions.GetValueOrDefault(recorded.Stream)}");
            versions[recorded.Stream] = recorded.Version;
            if (chained && published.PreviousPosition != last.GetValueOrDefault(message.TopicPartition))
                findings.Add($"{message.TopicPartitionOffset}: {Name(recorded)} does not follow the event before it");
            last[message.TopicPartition] = recorded.Position;
        }
        findings.AddRange(missing.Values.Take(Shown).Select(recorded => $"{Name(recorded)} is missing"));
        return [.. findings.Take(Shown)];
    }

    private static bool IsSame(RecordedEvent committed, RecordedEvent read) =>
        committed.Stream == read.Stream && committed.Version == read.Version && committed.EventId == read.EventId
        && committed.Type == read.Type && committed.Data.Span.SequenceEqual(read.Data.Span) && committed.OccurredAt == read.OccurredAt
        && committed.RecordedAt == read.RecordedAt;

    private static string Name(RecordedEvent recorded) => string.Create(
        CultureInfo.InvariantCulture, $"event {recorded.Position} ({recorded.Stream} version {recorded.Version})");
}
