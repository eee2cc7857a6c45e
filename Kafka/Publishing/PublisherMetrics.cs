using System.Diagnostics;
using System.Diagnostics.Metrics;
using OrleansOrders.EventStore;

namespace OrleansOrders.Kafka;

/// <summary>What the publisher measures: meter and activity source are both named <see cref="Name"/>.</summary>
/// <remarks>
/// Counters <c>orders.publisher.published</c> (messages acknowledged) and <c>orders.publisher.parked</c> (events refused);
/// gauge <c>orders.publisher.position</c> (the checkpoint). Lag is read from the database, see <see cref="PublisherStatus"/>.
/// Each event's publication is a span of the event's own trace, which goes out with it as <c>traceparent</c>.
/// </remarks>
public sealed class PublisherMetrics : IDisposable
{
    /// <summary>Of the meter and of the activity source.</summary>
    public const string Name = "OrleansOrders.Kafka";

    private readonly Meter meter = new(Name);
    private readonly ActivitySource activities = new(Name);
    private readonly TimeProvider time;
    private readonly Counter<long> published;
    private readonly Counter<long> parked;

    internal PublisherMetrics(PublisherState state, TimeProvider time)
    {
        this.time = time;
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

    /// <summary>When a message is handed over, for <see cref="Sent"/>. Nothing where nobody listens.</summary>
    internal DateTimeOffset? Sending() => activities.HasListeners() ? time.GetUtcNow() : null;

    /// <summary>The event has reached Kafka: its span goes from its handing over to now, in the trace that the event belongs to.</summary>
    internal void Sent(RecordedEvent recorded, DateTimeOffset? handedOver)
    {
        if (handedOver is not { } started || EventTrace.Find(recorded.Metadata) is not { } parent)
            return;
        using var span = activities.StartActivity($"publish {recorded.Type}", ActivityKind.Producer, parent, startTime: started);
        span?.SetTag("orders.tenant", recorded.Stream.Tenant).SetTag("orders.stream", recorded.Stream.StreamId).SetTag("orders.position", recorded.Position)
            .SetTag("messaging.system", "kafka");
    }
}
