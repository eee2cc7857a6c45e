using System.Text.Json;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Domain;

/// <summary>From a stored row to an event that states can take; the same for the engine and the read side.</summary>
public static class EventEnvelopes
{
    /// <param name="streamId">The stream's name without its type.</param>
    /// <exception cref="UnknownEventException">The name is not in the catalog: the log is newer than this code.</exception>
    /// <exception cref="JsonException">The data is not this event's JSON.</exception>
    public static EventEnvelope From(
        string tenant, string streamType, string streamId, long version, long position, Guid eventId, string storedName,
        ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> metadata, DateTimeOffset recordedAt) => new(
        tenant, streamType, streamId, version, position, eventId, storedName, data, metadata, recordedAt,
        EventCatalog.Decode(storedName, data.Span));
}
