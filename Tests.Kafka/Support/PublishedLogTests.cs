using Confluent.Kafka;
using OrleansOrders.Domain;
using OrleansOrders.EventStore;
using OrleansOrders.Kafka;

namespace OrleansOrders.Tests.Kafka.Support;

/// <summary>The checker finds what it is there to find.</summary>
public sealed class PublishedLogTests
{
    private static readonly StreamName One = new("default", "order", "00000001");

    private readonly List<RecordedEvent> log = [];
    private readonly List<ConsumeResult<byte[], byte[]>> messages = [];

    public PublishedLogTests()
    {
        var last = new Dictionary<int, long>();
        var writer = new MessageWriter(epoch: 1);
        var other = Enumerable.Range(2, 1000).Select(number => One with { Id = $"{number:x8}" })
            .First(stream => PublishedEvents.PartitionOf(stream.StreamId) == PublishedEvents.PartitionOf(One.StreamId));
        for (var position = 1; position <= 12; position++)
        {
            var stream = position % 2 == 0 ? other : One;
            log.Add(Record(position, stream, (position + 1) / 2));
            messages.Add(Message(log[^1], last.GetValueOrDefault(0), writer));
            last[0] = position;
        }
    }

    [Fact]
    public void A_whole_and_ordered_log_has_no_findings() => Assert.Empty(PublishedLog.Compare(log, messages));

    [Fact]
    public void What_comes_twice_is_no_finding() =>
        Assert.Empty(PublishedLog.Compare(log, [.. messages[..8], .. messages[3..8], .. messages[5..]]));

    [Fact]
    public void A_missing_event_is_found()
    {
        messages.RemoveAt(11);
        Assert.Equal(["event 12 (default/order-" + log[11].Stream.Id + " version 6) is missing"], PublishedLog.Compare(log, messages));
    }

    [Fact]
    public void A_missing_event_in_the_middle_is_found_by_what_follows_too()
    {
        messages.RemoveAt(4);
        Assert.Contains(PublishedLog.Compare(log, messages), finding => finding.Contains("event 7", StringComparison.Ordinal) && finding.Contains("came after version 2", StringComparison.Ordinal));
    }

    [Fact]
    public void Two_events_of_a_stream_in_the_wrong_order_are_found()
    {
        (messages[4], messages[6]) = (messages[6], messages[4]);
        Assert.Contains(PublishedLog.Compare(log, messages, chained: false), finding => finding.Contains("came after version", StringComparison.Ordinal));
    }

    [Fact]
    public void An_event_of_another_stream_out_of_its_place_is_found()
    {
        (messages[4], messages[5]) = (messages[5], messages[4]);
        Assert.Contains(PublishedLog.Compare(log, messages), finding => finding.Contains("does not follow", StringComparison.Ordinal));
    }

    [Fact]
    public void An_event_that_was_never_committed_is_found()
    {
        messages.Add(Message(Record(13, One, 7), 12, new MessageWriter(1)));
        Assert.Contains("was not committed", Assert.Single(PublishedLog.Compare(log, messages)), StringComparison.Ordinal);
    }

    [Fact]
    public void An_event_that_was_committed_with_another_content_is_found()
    {
        messages[3] = Message(log[3] with { Data = "{}"u8.ToArray() }, 3, new MessageWriter(1));
        Assert.Contains(PublishedLog.Compare(log, messages), finding => finding.Contains("was not committed", StringComparison.Ordinal));
    }

    private static RecordedEvent Record(long position, StreamName stream, long version)
    {
        var added = Outbox.NewEvent(stream, version);
        return new RecordedEvent(
            position, stream, version, added.EventId, added.Type, added.Data, added.Metadata, added.OccurredAt, added.OccurredAt.AddYears(10), new byte[32]);
    }

    private static ConsumeResult<byte[], byte[]> Message(RecordedEvent recorded, long previous, MessageWriter writer) => new()
    {
        TopicPartitionOffset = new TopicPartitionOffset(
            PublishedEvents.TopicOf(recorded.Stream.Type), PublishedEvents.PartitionOf(recorded.Stream.StreamId), recorded.Position),
        Message = writer.Write(recorded, previous),
    };
}
