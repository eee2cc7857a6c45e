using System.Text.Json;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine.Personal;
using OrleansOrders.EventStore;

namespace OrleansOrders.Engine;

/// <summary>Between the domain's events and the log's bytes.</summary>
public static class EventCodec
{
    /// <summary>Events of one decision. Their ids follow from the command's id, so a repeated append is recognised.</summary>
    public static IReadOnlyList<NewEvent> Encode(IReadOnlyList<DomainEvent> events, CommandContext context)
    {
        if (events.Count == 0)
            return [];
        var metadata = EncodeMetadata(context);
        var encoded = new NewEvent[events.Count];
        for (var i = 0; i < encoded.Length; i++)
        {
            var kind = EventCatalog.KindOf(events[i]);
            encoded[i] = new NewEvent(
                Ids.OfEvent(context.CommandId, i), kind.StoredName, EventCatalog.Encode(events[i]), metadata, events[i].At);
        }
        return encoded;
    }

    public static DomainEvent Decode(RecordedEvent recorded) => Decode(recorded.Type, recorded.Data.Span, recorded.EventId);

    /// <exception cref="JsonException">Something in it was sealed for another event; or the data is not this event's JSON.</exception>
    public static DomainEvent Decode(string type, ReadOnlySpan<byte> data, Guid eventId)
    {
        RefuseForeign(data, eventId);
        return EventCatalog.Decode(type, data);
    }

    public static EventEnvelope Open(RecordedEvent recorded)
    {
        RefuseForeign(recorded.Data.Span, recorded.EventId);
        return EventEnvelopes.From(
            recorded.Stream.Tenant, recorded.Stream.Type, recorded.Stream.Id, recorded.Version, recorded.Position, recorded.EventId,
            recorded.Type, recorded.Data, recorded.Metadata, recorded.RecordedAt);
    }

    /// <summary>The identity of what set the event off.</summary>
    public static (Guid CorrelationId, string? TraceParent) ReadOrigin(ReadOnlyMemory<byte> metadata)
    {
        using var json = JsonDocument.Parse(metadata);
        return (
            json.RootElement.GetProperty("correlationId").GetGuid(),
            json.RootElement.TryGetProperty("traceparent", out var trace) ? trace.GetString() : null);
    }

    /// <summary>Who acted; null where nobody wrote it down.</summary>
    public static string? ReadActor(ReadOnlyMemory<byte> metadata)
    {
        using var json = JsonDocument.Parse(metadata);
        return json.RootElement.TryGetProperty("actor", out var actor) ? actor.GetString() : null;
    }

    // A sealed text names its event, and opens under no other name: one that was moved is damage like any other.
    private static void RefuseForeign(ReadOnlySpan<byte> data, Guid eventId)
    {
        if (SealedText.HasForeign(data, eventId))
            throw new JsonException("A text in it was sealed for another event.");
    }

    private static byte[] EncodeMetadata(CommandContext context)
    {
        using var buffer = new MemoryStream(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("commandId"u8, context.CommandId);
            writer.WriteString("correlationId"u8, context.CorrelationId);
            if (context.CausationId is { } causation)
                writer.WriteString("causationId"u8, causation);
            writer.WriteString("actor"u8, context.Actor);
            if (context.TraceParent is { } trace)
                writer.WriteString("traceparent"u8, trace);
            writer.WriteEndObject();
        }
        return buffer.ToArray();
    }
}
