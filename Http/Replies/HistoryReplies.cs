using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Http;

/// <summary>One event as it is stored.</summary>
/// <param name="Type">Its stored name and version, <c>order-placed.v1</c>.</param>
/// <param name="Data">The stored JSON, as it is.</param>
public sealed record EventReply(
    long Version, long Position, Guid EventId, string Type, DateTimeOffset OccurredAt, DateTimeOffset RecordedAt, RawJson Data,
    RawJson Metadata)
{
    /// <summary>Set when the stored event could not be read, and what is shown is its repair.</summary>
    public EventRepairView? Repair { get; init; }

    internal static EventReply From(EventEnvelope envelope) => new(
        envelope.Version, envelope.Position, envelope.EventId, envelope.StoredName, envelope.Event.At, envelope.RecordedAt,
        new RawJson(envelope.Data), new RawJson(envelope.Metadata)) { Repair = envelope.Repair };
}

/// <summary>One entry of an order's story.</summary>
/// <param name="Stream">Type and id, <c>payment-7f3k…</c>.</param>
/// <param name="Title">One line for people.</param>
/// <param name="Actor">Who did it: a key, or a component of this system.</param>
/// <param name="CausationId">The event that set it off, when an event did.</param>
public sealed record TimelineEntry(
    long Position, DateTimeOffset Time, string Stream, long Version, string Type, string Title, string? Actor, Guid? CausationId,
    Guid EventId, RawJson Data)
{
    /// <summary>Set when the stored event could not be read, and what is shown is its repair: who made it, when and why.</summary>
    public EventRepairView? Repair { get; init; }

    internal static TimelineEntry From(EventEnvelope envelope)
    {
        var (actor, causationId) = EventMetadata.Read(envelope.Metadata.Span);
        return new TimelineEntry(
            envelope.Position, envelope.Event.At, $"{envelope.StreamType}-{envelope.Id}", envelope.Version, envelope.StoredName,
            Titles.Of(envelope.Event), actor, causationId, envelope.EventId, new RawJson(envelope.Data)) { Repair = envelope.Repair };
    }
}

/// <summary>What an event's metadata says about its origin.</summary>
internal sealed record EventMetadata(string? Actor, Guid? CausationId)
{
    public static EventMetadata Read(ReadOnlySpan<byte> json) =>
        json.IsEmpty ? new EventMetadata(null, null) : JsonSerializer.Deserialize(json, ReplyJson.Instance.EventMetadata)!;
}

/// <summary>JSON that is passed on byte for byte.</summary>
[JsonConverter(typeof(RawJsonConverter))]
public readonly record struct RawJson(ReadOnlyMemory<byte> Utf8);

internal sealed class RawJsonConverter : JsonConverter<RawJson>
{
    public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return new RawJson(System.Text.Encoding.UTF8.GetBytes(document.RootElement.GetRawText()));
    }

    public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options)
    {
        if (value.Utf8.IsEmpty)
            writer.WriteNullValue();
        else
            writer.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
    }
}
