using Orleans.Concurrency;
using OrleansOrders.Grains.Feed;
using OrleansOrders.ReadModels;

namespace OrleansOrders.Grains.Projections;

/// <summary>A published event on its way to a grain.</summary>
[GenerateSerializer, Immutable, Alias("orders.PublishedLogEvent")]
internal sealed record PublishedLogEvent(
    [property: Id(0)] FeedEvent Event, [property: Id(1)] long PreviousPosition, [property: Id(2)] long Epoch)
{
    public PublishedEvent ToPublished() => new(Event.ToRecorded(), PreviousPosition, Epoch);
}
