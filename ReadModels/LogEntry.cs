using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;

namespace OrleansOrders.ReadModels;

/// <summary>
/// One event of the log, decoded where some projection reads its kind of stream. One that cannot be decoded fails the
/// projections that need it, and no other.
/// </summary>
internal readonly struct LogEntry
{
    private readonly EventEnvelope? _envelope;
    private readonly Exception? _failure;

    private LogEntry(RecordedEvent recorded, EventEnvelope? envelope, Exception? failure)
    {
        Recorded = recorded;
        _envelope = envelope;
        _failure = failure;
    }

    public RecordedEvent Recorded { get; }

    public long Position => Recorded.Position;

    public int Bytes => Recorded.Data.Length + Recorded.Metadata.Length;

    /// <exception cref="ProjectionFailedException">The event cannot be decoded.</exception>
    public EventEnvelope Envelope => _envelope ?? throw new ProjectionFailedException(Recorded, _failure);

    public static LogEntry Decode(RecordedEvent recorded)
    {
        if (!ReadModelCatalog.Reads(recorded.Stream.Type))
            return new LogEntry(recorded, null, null);
        try
        {
            return new LogEntry(recorded, ToEnvelope(recorded), null);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return new LogEntry(recorded, null, failure);
        }
    }

    private static EventEnvelope ToEnvelope(RecordedEvent recorded) => EventEnvelopes.From(
        recorded.Stream.Tenant, recorded.Stream.Type, recorded.Stream.Id, recorded.Version, recorded.Position, recorded.EventId,
        recorded.Type, recorded.Data, recorded.Metadata, recorded.RecordedAt);
}

/// <summary>An event cannot be decoded or folded. The projection stays before it until the program or the row is mended.</summary>
public sealed class ProjectionFailedException(RecordedEvent recorded, Exception? inner) : Exception(
    $"{recorded.Type} at position {recorded.Position} ({recorded.Stream} version {recorded.Version}) cannot be applied: {inner?.Message}",
    inner)
{
    public long Position { get; } = recorded.Position;
}
