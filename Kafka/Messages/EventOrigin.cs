using System.Text;
using System.Text.Json;

namespace OrleansOrders.Kafka;

/// <summary>What set an event off, as its metadata says. Texts stay as they are: nobody here has to understand them.</summary>
internal readonly record struct EventOrigin(byte[]? CorrelationId, byte[]? CausationId, byte[]? TraceParent)
{
    /// <summary>What is missing or not readable is left out: a bad trace must not keep an event from going out.</summary>
    public static EventOrigin Read(ReadOnlySpan<byte> metadata)
    {
        byte[]? correlation = null, causation = null, trace = null;
        var json = new Utf8JsonReader(metadata);
        try
        {
            while (json.Read())
            {
                if (json.TokenType != JsonTokenType.PropertyName || json.CurrentDepth != 1)
                    continue;
                if (json.ValueTextEquals("correlationId"u8))
                    correlation = ReadText(ref json);
                else if (json.ValueTextEquals("causationId"u8))
                    causation = ReadText(ref json);
                else if (json.ValueTextEquals("traceparent"u8))
                    trace = ReadText(ref json);
            }
        }
        catch (JsonException)
        {
            // PostgreSQL has seen that it is JSON; if it is not, there is no origin in it.
        }
        return new EventOrigin(correlation, causation, trace);
    }

    /// <summary>The same as metadata again.</summary>
    public byte[] ToMetadata()
    {
        using var buffer = new MemoryStream(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            if (CorrelationId is not null)
                writer.WriteString("correlationId"u8, CorrelationId);
            if (CausationId is not null)
                writer.WriteString("causationId"u8, CausationId);
            if (TraceParent is not null)
                writer.WriteString("traceparent"u8, TraceParent);
            writer.WriteEndObject();
        }
        return buffer.ToArray();
    }

    private static byte[]? ReadText(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.String)
            return null;
        return json.ValueIsEscaped ? Encoding.UTF8.GetBytes(json.GetString()!) : json.ValueSpan.ToArray();
    }
}
