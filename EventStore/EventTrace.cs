using System.Diagnostics;
using System.Text;

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
    /// <remarks>The JSON is not parsed: a name in quotes cannot stand inside of a text, where quotes are escaped.</remarks>
    public static ActivityContext? Find(ReadOnlyMemory<byte> metadata)
    {
        var text = metadata.Span;
        var at = text.IndexOf("\"traceparent\""u8);
        if (at < 0)
            return null;
        text = text[(at + "\"traceparent\"".Length)..].TrimStart(": "u8);
        return text.Length > Length && text[0] == '"' && text[Length + 1] == '"' ? Parse(text.Slice(1, Length)) : null;
    }

    // A bad trace must not keep anything from being done: it is as good as none.
    private static ActivityContext? Parse(ReadOnlySpan<byte> text) =>
        Ascii.IsValid(text) && ActivityContext.TryParse(Encoding.ASCII.GetString(text), null, isRemote: true, out var context) ? context : null;
}
