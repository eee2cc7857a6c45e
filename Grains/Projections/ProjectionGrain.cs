using Microsoft.Extensions.Logging;
using Orleans.Streams;
using Orleans.Streams.Core;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Grains.KafkaStreams;
using OrleansOrders.ReadModels;

namespace OrleansOrders.Grains.Projections;

/// <summary>Within the cluster only; streams find the grain by its key.</summary>
[Alias("orders.IProjectionGrain")]
internal interface IProjectionGrain : IGrainWithStringKey;

/// <summary>
/// Keeps one partition's part of one read model. It holds no state that lasts: rows and the place in the stream are written
/// together, and the next activation begins where they stand. What it throws is delivered again, for as long as it takes.
/// </summary>
[GrainType("projection"), ImplicitStreamSubscription(ProjectionStreams.Namespace)]
internal sealed partial class ProjectionGrain(IReadModels readModels, ILogger<ProjectionGrain> log)
    : Grain, IProjectionGrain, IStreamSubscriptionObserver, IAsyncBatchObserver<KafkaStreamItem>
{
    private PartitionProjector? projector;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var (projection, partition) = ProjectionStreams.Parse(this.GetPrimaryKeyString());
        projector = new PartitionProjector((PostgresReadModels)readModels, projection, partition);
        return Task.CompletedTask;
    }

    public async Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) =>
        await handleFactory.Create<KafkaStreamItem>().ResumeAsync(this);

    public async Task OnNextAsync(IList<SequentialItem<KafkaStreamItem>> items)
    {
        var events = new List<PublishedEvent>(items.Count);
        foreach (var item in items)
        {
            // What cannot be read is not from the publisher, or was damaged on the way. Then the next event says that
            // one is missing before it, and the log has it.
            if (item.Item.Event is PublishedLogEvent published)
                events.Add(published.ToPublished());
            else
                LogUnreadable(log, item.Item.Topic, item.Item.Partition, item.Item.Offset, item.Item.Unreadable);
        }
        await projector!.Apply(events, CancellationToken.None);
    }

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Topic} {Partition} at {Offset} holds what is not an event of ours: {Reason}")]
    private static partial void LogUnreadable(ILogger log, string topic, int partition, long offset, string? reason);
}
