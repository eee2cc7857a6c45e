using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;

namespace OrleansOrders.Kafka;

/// <summary>What all parts of one publisher share.</summary>
internal sealed record PublisherContext(
    KafkaOptions Options, IEventStore Store, PublisherLease Lease, ParkedStreams Parked, PublisherState State, PublisherMetrics Metrics,
    PublisherLog Log, TimeProvider Time)
{
    public static PoisonEvent Poison(RecordedEvent recorded, Error refusal) => new(
        PublisherStatus.Consumer, recorded.Stream, recorded.Version, recorded.Position, recorded.EventId, recorded.Type,
        Causes.Of($"Kafka refuses it: {refusal.Reason}"));

    /// <summary>The event's stream waits from here on; everything else goes on.</summary>
    public void Refuse(Setbacks setbacks, RecordedEvent recorded, long previousPosition, Error refusal)
    {
        setbacks.Refuse(Poison(recorded, refusal), recorded, previousPosition);
        Metrics.Parked();
        using var subject = LogSubject.Begin(
            recorded.Stream.Tenant, OrderStreams.Types.Contains(recorded.Stream.Type) ? recorded.Stream.Id : null,
            () => EventTrace.Find(recorded.Metadata)?.TraceId.ToHexString());
        Log.Refused(recorded.Position, recorded.Stream.ToString(), refusal.Reason);
    }
}

/// <summary>What the publisher says of itself in its log.</summary>
internal sealed partial class PublisherLog(ILogger log)
{
    [LoggerMessage(1, LogLevel.Information, "Publishing to Kafka under epoch {Epoch}, from position {Position} on.")]
    public partial void Begins(long epoch, long position);

    [LoggerMessage(2, LogLevel.Warning, "Publishing to Kafka: {State}. {Reason}")]
    public partial void Stands(string state, string reason);

    [LoggerMessage(3, LogLevel.Error, "Kafka refuses event {Position} of {Stream}, which waits as a dead letter: {Reason}")]
    public partial void Refused(long position, string stream, string reason);

    [LoggerMessage(4, LogLevel.Warning, "How far events are published cannot be written down; some will be published twice.")]
    public partial void CheckpointFailed(Exception failure);

    [LoggerMessage(5, LogLevel.Warning, "The right to publish cannot be asked for.")]
    public partial void LeaseFailed(Exception failure);

    [LoggerMessage(6, LogLevel.Warning, "Dead letters cannot be announced on their topic; it is tried again.")]
    public partial void AnnouncementFailed(Exception failure);
}
