using OrleansOrders.EventStore;

namespace OrleansOrders.Kafka;

/// <summary>An event as it was read from its topic.</summary>
/// <param name="Recorded">
/// As in the log, except that its hash is empty (the log's chain is not published) and its metadata holds only
/// <c>correlationId, causationId</c> and <c>traceparent</c>.
/// </param>
/// <param name="PreviousPosition">
/// Of the event before it in this part of this topic, 0 for the first: a reader that has not seen that one has missed something.
/// </param>
/// <param name="Epoch">Which publisher sent it.</param>
/// <param name="Repairs">The id of the event that it stands for, when it was repaired.</param>
public sealed record PublishedEvent(RecordedEvent Recorded, long PreviousPosition, long Epoch, Guid? Repairs);
