using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace OrleansOrders.EventStore;

/// <summary>
/// The trace that a stored event belongs to. What is done about the event later, by whatever process, goes on in that trace: its
/// spans have the span that wrote the event as their parent. Where nobody listens nothing is read and nothing is made.
/// </summary>
public static class EventTrace
{
    private const int Length = 55; // 00-<32 digits>-<16 digits>-<2 digits>

    /// <summary>Begins work on an event.</summary>
    /// <param name="metadata">The event's.</param>
    /// <returns>Null where nobody listens, or the event belongs to no trace.</returns>
    public static Activity? Start(ActivitySource source, string name, ActivityKind kind, ReadOnlyMemory<byte> metadata) =>
        source.HasListeners() && Find(metadata) is { } parent ? source.StartActivity(name, kind, parent) : null;

    /// <summary>The span that wrote the event; null when none did.</summary>
    public static ActivityContext? Find(ReadOnlyMemory<byte> metadata)
    {
        var json = new Utf8JsonReader(metadata.Span);
        try
        {
            while (json.Read())
            {
                if (json.TokenType != JsonTokenType.PropertyName || json.CurrentDepth != 1 || !json.ValueTextEquals("traceparent"u8))
                    continue;
                return json.Read() && json.TokenType == JsonTokenType.String ? Parse(json.ValueSpan) : null;
            }
        }
        catch (JsonException)
        {
            // A bad trace must not keep anything from being done.
        }
        return null;
    }

    private static ActivityContext? Parse(ReadOnlySpan<byte> text) =>
        text.Length == Length && ActivityContext.TryParse(Encoding.ASCII.GetString(text), null, isRemote: true, out var context) ? context : null;
}
