using Orleans.Concurrency;
using OrleansOrders.EventStore;

namespace OrleansOrders.Grains.Feed;

/// <summary>The feed's way to the order that its events are about. Within the cluster only.</summary>
[Alias("orders.IFulfilmentDriver")]
internal interface IFulfilmentDriver : IGrainWithStringKey
{
    /// <summary>
    /// Reacts to the order's events, oldest first, and takes its saga as far as it goes now. When it returns, nothing of
    /// the events is left to do, and what the saga waits for will wake it.
    /// </summary>
    [Alias("React"), AlwaysInterleave, ResponseTimeout("00:03:00")]
    Task React(FeedEvent[] events);
}

/// <summary>A stored event on its way to a grain.</summary>
[GenerateSerializer, Immutable, Alias("orders.FeedEvent")]
internal readonly record struct FeedEvent(
    [property: Id(0)] long Position, [property: Id(1)] string Tenant, [property: Id(2)] string StreamType, [property: Id(3)] string StreamId,
    [property: Id(4)] long Version, [property: Id(5)] Guid EventId, [property: Id(6)] string Type, [property: Id(7)] byte[] Data,
    [property: Id(8)] byte[] Metadata, [property: Id(9)] DateTimeOffset OccurredAt, [property: Id(10)] DateTimeOffset RecordedAt,
    [property: Id(11)] byte[] Hash)
{
    public static FeedEvent From(RecordedEvent recorded) => new(
        recorded.Position, recorded.Stream.Tenant, recorded.Stream.Type, recorded.Stream.Id, recorded.Version, recorded.EventId,
        recorded.Type, recorded.Data.ToArray(), recorded.Metadata.ToArray(), recorded.OccurredAt, recorded.RecordedAt, recorded.Hash.ToArray());

    public RecordedEvent ToRecorded() => new(
        Position, new StreamName(Tenant, StreamType, StreamId), Version, EventId, Type, Data, Metadata, OccurredAt, RecordedAt, Hash);
}
