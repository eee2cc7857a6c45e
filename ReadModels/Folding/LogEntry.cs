using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;

namespace OrleansOrders.ReadModels;

/// <summary>
/// One event of the log, decoded where some projection reads its kind of stream. One that cannot be decoded concerns the
/// projections that need it, and no other.
/// </summary>
internal readonly struct LogEntry
{
    private LogEntry(RecordedEvent recorded, EventEnvelope? envelope, Exception? failure)
    {
        Recorded = recorded;
        Envelope = envelope;
        Failure = failure;
    }

    public RecordedEvent Recorded { get; }

    public long Position => Recorded.Position;

    public int Bytes => Recorded.Data.Length + Recorded.Metadata.Length;

    /// <summary>Null when the event cannot be decoded, or no projection reads its kind of stream.</summary>
    public EventEnvelope? Envelope { get; }

    /// <summary>Why it cannot be decoded.</summary>
    public Exception? Failure { get; }

    public static LogEntry Decode(RecordedEvent recorded)
    {
        if (!ReadModelCatalog.Reads(recorded.Stream.Type))
            return new LogEntry(recorded, null, null);
        try
        {
            return new LogEntry(recorded, ToEnvelope(recorded, recorded.Type, recorded.Data), null);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return new LogEntry(recorded, null, failure);
        }
    }

    /// <summary>The event as its repair has it.</summary>
    public EventEnvelope DecodeRepaired(EventRepair repair) => ToEnvelope(Recorded, repair.Type, repair.Data);

    private static EventEnvelope ToEnvelope(RecordedEvent recorded, string type, ReadOnlyMemory<byte> data) => EventEnvelopes.From(
        recorded.Stream.Tenant, recorded.Stream.Type, recorded.Stream.Id, recorded.Version, recorded.Position, recorded.EventId,
        type, data, recorded.Metadata, recorded.RecordedAt);
}
