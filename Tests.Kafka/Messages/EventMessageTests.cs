using System.Text;
using Confluent.Kafka;
using OrleansOrders.Domain;
using OrleansOrders.EventStore;
using OrleansOrders.Kafka;
using Names = OrleansOrders.Domain.PublishedEvents.Headers;

namespace OrleansOrders.Tests.Kafka.Messages;

/// <summary>The envelope: what goes in comes out, and what is not ours is said to be so.</summary>
public sealed class EventMessageTests
{
    private static readonly RecordedEvent Event = new(
        42, new StreamName("küste & meer", "order", "7f3k"), 3, Guid.Parse("0b54a1c2-6f10-4d1c-8d8e-7f3b7a1c2d3e"), "order-placed.v1",
        """{"at": "2026-11-21",   "total": 5}"""u8.ToArray(),
        """{"commandId":"c","correlationId":"6f9619ff-8b86-d011-b42d-00c04fc964ff","causationId":"1b4e28ba-2fa1-11d2-883f-0016d3cca427","actor":"me","traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}"""u8.ToArray(),
        new DateTimeOffset(2026, 11, 21, 1, 2, 3, TimeSpan.Zero).AddTicks(4567890), new DateTimeOffset(2026, 11, 21, 1, 2, 4, TimeSpan.Zero), new byte[32]);

    [Fact]
    public void An_event_comes_back_as_it_went()
    {
        Assert.True(EventMessage.TryRead(Message(), out var published, out _));
        var read = published.Recorded;
        Assert.Equal(
            (Event.Position, Event.Stream, Event.Version, Event.EventId, Event.Type, Event.OccurredAt, Event.RecordedAt),
            (read.Position, read.Stream, read.Version, read.EventId, read.Type, read.OccurredAt, read.RecordedAt));
        Assert.Equal(Event.Data.ToArray(), read.Data.ToArray());
        Assert.Equal((41, 7, null), (published.PreviousPosition, published.Epoch, published.Repairs));
        Assert.Equal(
            """{"correlationId":"6f9619ff-8b86-d011-b42d-00c04fc964ff","causationId":"1b4e28ba-2fa1-11d2-883f-0016d3cca427","traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}""",
            Encoding.UTF8.GetString(read.Metadata.Span));
    }

    [Fact]
    public void Its_headers_are_a_cloud_event_in_binary_mode()
    {
        var headers = Message().Message.Headers.ToDictionary(header => header.Key, header => Encoding.UTF8.GetString(header.GetValueBytes()));
        Assert.Equal("1.0", headers[Names.SpecVersion]);
        Assert.Equal("/tenants/k%C3%BCste%20%26%20meer/order", headers[Names.Source]);
        Assert.Equal("order-7f3k", headers[Names.Subject]);
        Assert.Equal("2026-11-21T01:02:03.4567890Z", headers[Names.Time]);
        Assert.Equal("urn:orleansorders:event:order-placed.v1", headers[Names.DataSchema]);
        Assert.Equal("application/json", headers[Names.ContentType]);
    }

    [Fact]
    public void A_repaired_event_says_what_it_stands_for()
    {
        var repair = new EventRepair("default", Event.EventId, 1, "order-placed.v2", "{}"u8.ToArray(), "me", "because", Event.RecordedAt);
        Assert.True(EventMessage.TryRead(Message(repair: repair), out var published, out _));
        Assert.Equal(("order-placed.v2", Event.EventId), (published.Recorded.Type, published.Repairs));
        Assert.Equal("{}"u8.ToArray(), published.Recorded.Data.ToArray());
    }

    [Theory]
    [InlineData(Names.Id, "not an id")]
    [InlineData(Names.Position, "-1")]
    [InlineData(Names.Position, "0")]
    [InlineData(Names.StreamVersion, "1.5")]
    [InlineData(Names.PreviousPosition, null)]
    [InlineData(Names.Time, "yesterday")]
    [InlineData(Names.RecordedTime, "2026-11-21T01:02:03.4567890Zx")]
    [InlineData(Names.Tenant, null)]
    [InlineData(Names.Type, "")]
    public void A_header_that_is_missing_or_not_readable_is_named(string name, string? value)
    {
        var message = Message();
        message.Message.Headers.Remove(name);
        if (value is not null)
            message.Message.Headers.Add(name, Encoding.UTF8.GetBytes(value));
        Assert.False(EventMessage.TryRead(message, out _, out var reason));
        Assert.Equal($"its header {name} is missing or not readable", reason);
    }

    [Fact]
    public void What_is_not_ours_is_told_from_what_is()
    {
        Assert.Equal("it is not a CloudEvent", Refusal(message => message.Message.Headers = new Headers()));
        Assert.Equal("it is not a CloudEvent", Refusal(message => message.Message.Headers = null));
        Assert.Equal("its key is not the stream that its headers name", Refusal(message => message.Message.Key = "order-other"u8.ToArray()));
        Assert.Equal("its key is not the stream that its headers name", Refusal(message => message.Message.Key = null!));
        Assert.Equal("its stream does not belong to this part of this topic", Refusal(message => message.Topic = "orders.payment"));
        Assert.Equal("its stream does not belong to this part of this topic", Refusal(message => message.Partition = (message.Partition.Value + 1) % 8));
        Assert.Equal("its value is not JSON", Refusal(message => message.Message.Value = "{"u8.ToArray()));
        Assert.Equal("its value is not JSON", Refusal(message => message.Message.Value = []));
        Assert.Equal("its value is not JSON", Refusal(message => message.Message.Value = null!));
    }

    [Fact]
    public void Metadata_that_says_nothing_of_its_origin_is_published_without()
    {
        var headers = Message(Event with { Metadata = """{"traceparent": 5, "correlationId": null, "x": {"causationId": "no"}}"""u8.ToArray() }).Message.Headers;
        Assert.DoesNotContain(headers, header => header.Key is Names.TraceParent or Names.CorrelationId or Names.CausationId);
    }

    private static string? Refusal(Action<ConsumeResult<byte[], byte[]>> change)
    {
        var message = Message();
        change(message);
        Assert.False(EventMessage.TryRead(message, out var published, out var reason));
        Assert.Null(published);
        return reason;
    }

    private static ConsumeResult<byte[], byte[]> Message(RecordedEvent? recorded = null, EventRepair? repair = null) => new()
    {
        TopicPartitionOffset = new TopicPartitionOffset("orders.order", PublishedEvents.PartitionOf("order-7f3k"), 0),
        Message = new MessageWriter(epoch: 7).Write(recorded ?? Event, 41, repair),
    };
}
