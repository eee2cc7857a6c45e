using Orleans.Runtime;
using OrleansOrders.Grains.KafkaStreams;

namespace OrleansOrders.Tests.Cluster.KafkaStreams;

/// <summary>The watermark of the offsets: what the cache lets go of is committed as one offset, so that nothing before it may be open.</summary>
public sealed class PartitionCacheTests
{
    private static readonly StreamId Slow = StreamId.Create("orders", "slow");
    private static readonly StreamId Quick = StreamId.Create("orders", "quick");

    private readonly PartitionCache cache = new(new KafkaStreamOptions());

    [Fact]
    public void Nothing_is_let_go_of_behind_what_a_consumer_still_holds()
    {
        var (slow, quick) = (cache.GetCacheCursor(Slow, null), cache.GetCacheCursor(Quick, null));
        cache.AddToCache([Batch(Slow, 0), Batch(Quick, 1), Batch(Quick, 2)]);
        Assert.True(slow.MoveNext());
        while (quick.MoveNext())
            continue;
        Assert.Equal([], LetGo());
        slow.RecordDeliveryFailure();
        Assert.True(slow.MoveNext());
        Assert.Equal([], LetGo());
        Assert.False(slow.MoveNext());
        Assert.Equal([0, 1, 2], LetGo());
    }

    private static KafkaBatch Batch(StreamId stream, long offset) => new(stream, [new KafkaStreamItem("orders.order", 0, offset)]);

    private IEnumerable<long> LetGo()
    {
        cache.TryPurgeFromCache(out var gone);
        return gone.Cast<KafkaBatch>().Select(batch => batch.LastOffset);
    }
}
