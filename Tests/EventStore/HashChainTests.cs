using System.Text;
using OrleansOrders.EventStore;

namespace OrleansOrders.Tests.EventStore;

public sealed class HashChainTests
{
    private static readonly StreamName Stream = new("default", "order", "ä1");
    private static readonly DateTimeOffset OccurredAt =
        new DateTimeOffset(2010, 12, 1, 8, 26, 0, TimeSpan.Zero).AddMicroseconds(123456);

    private static readonly byte[] Zero = new byte[HashChain.Length];

    [Fact]
    public void Hashes_never_change()
    {
        // Calculated from the description by another program. Chains that are stored depend on these bytes.
        var first = HashChain.Next(Zero, Stream, 1, Event("00112233-4455-6677-8899-aabbccddeeff", """{"a": 1}"""));
        Assert.Equal("71a31274e6a9a80ba121c74bfb3c44dc621da60175767d01ae2fe4ce53b31814", Convert.ToHexStringLower(first));
        var second = HashChain.Next(first, Stream, 2, Event("ffeeddcc-bbaa-9988-7766-554433221100", """{"a": "£"}"""));
        Assert.Equal("929d9a0b53cec52cdf7ab8f49b473b44c487d6ec24f9cd697ceaf93d8c03a64d", Convert.ToHexStringLower(second));
    }

    [Fact]
    public void Only_what_the_database_keeps_of_a_moment_counts()
    {
        var added = Event("00112233-4455-6677-8899-aabbccddeeff", "{}");
        var hash = HashChain.Next(Zero, Stream, 1, added);
        Assert.Equal(hash, HashChain.Next(Zero, Stream, 1, added with { OccurredAt = OccurredAt.AddTicks(9) }));
        Assert.Equal(hash, HashChain.Next(Zero, Stream, 1, added with { OccurredAt = OccurredAt.ToOffset(TimeSpan.FromHours(5)) }));
        Assert.NotEqual(hash, HashChain.Next(Zero, Stream, 1, added with { OccurredAt = OccurredAt.AddTicks(10) }));
    }

    [Fact]
    public void A_hash_holds_for_its_own_event_and_for_no_altered_one()
    {
        var added = Event("00112233-4455-6677-8899-aabbccddeeff", """{"a": 1}""");
        var stored = new RecordedEvent(
            7, Stream, 1, added.EventId, added.Type, added.Data, added.Metadata, added.OccurredAt, OccurredAt,
            HashChain.Next(Zero, Stream, 1, added));
        Assert.True(HashChain.Holds(Zero, stored));
        Assert.True(HashChain.Holds(Zero, stored with { Position = 8 }));
        RecordedEvent[] altered =
        [
            stored with { Stream = Stream with { Tenant = "other" } },
            stored with { Stream = Stream with { Type = "payment" } },
            stored with { Stream = Stream with { Id = "ä2" } },
            stored with { Version = 2 },
            stored with { EventId = Guid.Empty },
            stored with { Type = "order-placed.v2" },
            stored with { OccurredAt = OccurredAt.AddMicroseconds(1) },
            stored with { Data = Encoding.UTF8.GetBytes("""{"a":1}""") },
            stored with { Metadata = ReadOnlyMemory<byte>.Empty },
            stored with { Data = stored.Metadata, Metadata = stored.Data },
            stored with { Type = "order-placed.v1{", Data = stored.Data[1..] },
            stored with { Hash = Zero },
            stored with { Hash = ReadOnlyMemory<byte>.Empty },
        ];
        Assert.All(altered, changed => Assert.False(HashChain.Holds(Zero, changed)));
        Assert.False(HashChain.Holds(stored.Hash.Span, stored));
    }

    private static NewEvent Event(string id, string data) => new(
        Guid.Parse(id), "order-placed.v1", Encoding.UTF8.GetBytes(data), """{"actor":"test"}"""u8.ToArray(), OccurredAt);
}
