using Orleans.Providers.Streams.Common;
using Orleans.Runtime;
using Orleans.Streams;

namespace OrleansOrders.Grains.KafkaStreams;

/// <summary>Messages of one stream that follow one another in one partition.</summary>
[GenerateSerializer, Alias("orders.KafkaBatch")]
internal sealed class KafkaBatch(StreamId streamId, List<KafkaStreamItem> items) : IBatchContainer
{
    [Id(0)]
    public StreamId StreamId { get; } = streamId;

    [Id(1)]
    public List<KafkaStreamItem> Items { get; } = items;

    /// <summary>What it holds in memory, roughly; known only where it was read.</summary>
    [field: NonSerialized]
    public int Bytes { get; init; }

    public long LastOffset => Items[^1].Offset;

    public StreamSequenceToken SequenceToken => new EventSequenceTokenV2(Items[0].Offset);

    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>()
    {
        foreach (var item in Items)
        {
            // A consumer of another type could not be told of what cannot be read, and would never know that it missed it.
            if (item is not T asked)
                throw new InvalidOperationException($"Subscribe for {nameof(KafkaStreamItem)}, not for {typeof(T).Name}.");
            yield return Tuple.Create<T, StreamSequenceToken>(asked, new EventSequenceTokenV2(item.Offset));
        }
    }

    public bool ImportRequestContext() => false;
}
