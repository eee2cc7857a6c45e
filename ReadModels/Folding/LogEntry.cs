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
    private LogEntry(RecordedEvent recorded, int kind, EventEnvelope? envelope, Exception? failure)
    {
        Recorded = recorded;
        Kind = kind;
        Envelope = envelope;
        Failure = failure;
    }

    public RecordedEvent Recorded { get; }

    public long Position => Recorded.Position;

    /// <summary>Of its stream, as <see cref="ReadModelCatalog.KindOf"/> has it: six projections ask each entry for it.</summary>
    public int Kind { get; }

    public int Bytes => Recorded.Data.Length + Recorded.Metadata.Length;

    /// <summary>Null when the event cannot be decoded, or no projection reads its kind of stream.</summary>
    public EventEnvelope? Envelope { get; }

    /// <summary>Why it cannot be decoded.</summary>
    public Exception? Failure { get; }

    public static LogEntry Decode(RecordedEvent recorded)
    {
        var kind = ReadModelCatalog.KindOf(recorded.Stream.Type);
        if (kind == ReadModelCatalog.NoKind)
            return new LogEntry(recorded, kind, null, null);
        try
        {
            return new LogEntry(recorded, kind, ToEnvelope(recorded, recorded.Type, recorded.Data), null);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return new LogEntry(recorded, kind, null, failure);
        }
    }

    /// <summary>The event as its repair has it.</summary>
    public EventEnvelope DecodeRepaired(EventRepair repair) => ToEnvelope(Recorded, repair.Type, repair.Data);

    private static EventEnvelope ToEnvelope(RecordedEvent recorded, string type, ReadOnlyMemory<byte> data) => EventEnvelopes.From(
        recorded.Stream.Tenant, recorded.Stream.Type, recorded.Stream.Id, recorded.Version, recorded.Position, recorded.EventId,
        type, data, recorded.Metadata, recorded.RecordedAt);
}
