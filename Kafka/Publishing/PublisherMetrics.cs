using System.Diagnostics;
using System.Diagnostics.Metrics;
using OrleansOrders.EventStore;

namespace OrleansOrders.Kafka;

/// <summary>What the publisher measures: meter and activity source are both named <see cref="Name"/>.</summary>
/// <remarks>
/// Counters <c>orders.publisher.published</c> (messages acknowledged) and <c>orders.publisher.parked</c> (events refused);
/// gauge <c>orders.publisher.position</c> (the checkpoint). Lag is read from the database, see <see cref="PublisherStatus"/>.
/// Activity <c>orders.publish</c>, one per batch, with <c>orders.position.first</c> and <c>orders.position.last</c>. The
/// trace of each event itself goes out with it as <c>traceparent</c>.
/// </remarks>
public sealed class PublisherMetrics : IDisposable
{
    /// <summary>Of the meter and of the activity source.</summary>
    public const string Name = "OrleansOrders.Kafka";

    private readonly Meter meter = new(Name);
    private readonly ActivitySource activities = new(Name);
    private readonly Counter<long> published;
    private readonly Counter<long> parked;

    internal PublisherMetrics(PublisherState state)
    {
        published = meter.CreateCounter<long>("orders.publisher.published", "{message}", "Messages that Kafka has acknowledged.");
        parked = meter.CreateCounter<long>("orders.publisher.parked", "{event}", "Events that Kafka refuses, whose streams wait.");
        meter.CreateObservableGauge("orders.publisher.position", () => state.Position, "{event}", "Everything up to here is published.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        meter.Dispose();
        activities.Dispose();
    }

    internal void Published(int count) => published.Add(count);

    internal void Parked() => parked.Add(1);

    internal Activity? StartBatch(IReadOnlyList<RecordedEvent> batch)
    {
        if (batch.Count == 0 || activities.StartActivity("orders.publish", ActivityKind.Producer) is not { } activity)
            return null;
        return activity.SetTag("orders.position.first", batch[0].Position).SetTag("orders.position.last", batch[^1].Position);
    }
}
