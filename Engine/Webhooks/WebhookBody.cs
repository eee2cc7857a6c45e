using System.Text.Encodings.Web;
using System.Text.Json;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;

namespace OrleansOrders.Engine.Webhooks;

/// <summary>What is posted of an event. Made anew for each attempt, always the same.</summary>
internal static class WebhookBody
{
    /// <summary>What stands where the event has a text about a person.</summary>
    public const string Personal = "[personal]";

    public const string Ping = "webhook.ping";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The order that an event of the stream is about, by the stream's name.</summary>
    public static string? OrderOf(StreamName stream) => OrderStreams.Types.Contains(stream.Type) ? stream.Id : null;

    /// <summary>What one after the other goes in order: an order with all its streams, a SKU, a customer.</summary>
    public static string TurnOf(StreamName stream) => OrderOf(stream) is { } orderId ? $"order-{orderId}" : stream.StreamId;

    /// <exception cref="UnreadableEventException">The event cannot be read, nor is there a repair that can.</exception>
    public static async Task<byte[]> Of(IEventStore store, RecordedEvent recorded, CancellationToken cancellation)
    {
        var opened = (await EventRepairs.Open(store, recorded, cancellation)).Event;
        var told = EventTexts.Change(opened, _ => Personal);
        return Write(recorded.EventId, EventCatalog.KindOf(told).StoredName, recorded.OccurredAt, json =>
        {
            if (OrderOf(recorded.Stream) is { } orderId)
                json.WriteString("orderId", orderId);
            json.WriteString("stream", recorded.Stream.StreamId);
            json.WriteNumber("version", recorded.Version);
            json.WriteNumber("position", recorded.Position);
        }, EventCatalog.Encode(told));
    }

    public static byte[] OfPing(Guid id, DateTimeOffset at) => Write(id, Ping, at, _ => { }, "{}"u8);

    private static byte[] Write(Guid id, string type, DateTimeOffset at, Action<Utf8JsonWriter> writePlace, ReadOnlySpan<byte> data)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteString("type", type);
            writePlace(json);
            json.WriteString("occurredAt", at.UtcDateTime);
            json.WritePropertyName("data");
            json.WriteRawValue(data, skipInputValidation: true);
            json.WriteEndObject();
        }
        return bytes.ToArray();
    }
}
