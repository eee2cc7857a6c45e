using System.Buffers;
using System.Text;
using System.Text.Json;

namespace OrleansOrders.EventStore;

/// <summary>What every append must satisfy before anything is sent; both stores ask here.</summary>
internal static class AppendRules
{
    /// <summary>Characters of a tenant, a stream id or an event type.</summary>
    private const int NameLength = 200;

    private const int EventsPerAppend = 10_000;

    private const int EventBytes = 1024 * 1024;

    public static void Check(Append append)
    {
        CheckName(append.Stream.Tenant, "tenant");
        CheckName(append.Stream.Type, "stream type");
        CheckName(append.Stream.StreamId, "stream id");
        if (append.Stream.Type.Contains('-'))
            throw new InvalidAppendException($"The stream type '{append.Stream.Type}' holds a dash, which ends the type in a stream id.");
        if (append.Expected.Version < 0 || append.Expected.Hash.Length != HashChain.Length)
            throw new InvalidAppendException("The expected head has a negative version or no hash.");
        if (append.Expected.Version == 0)
            CheckHash(append, StreamHead.None.Hash.Span);
        CheckText(append.Receipt?.RefusalCode, "refusal code");
        CheckText(append.Receipt?.RefusalDetail, "refusal detail");
        if (append.Events.Count > EventsPerAppend)
            throw new InvalidAppendException($"{append.Events.Count} events in one append; {EventsPerAppend} are the most.");
        foreach (var added in append.Events)
        {
            CheckName(added.Type, "event type");
            if (added.Data.Length > EventBytes || added.Metadata.Length > EventBytes)
                throw new InvalidAppendException($"An event's data or metadata is larger than {EventBytes} bytes.");
        }
    }

    /// <summary>The version matched, so the hash must as well: else the caller decided on events that the log does not hold.</summary>
    public static void CheckHash(Append append, ReadOnlySpan<byte> stored)
    {
        if (!append.Expected.Hash.Span.SequenceEqual(stored))
            throw HashMismatch(append);
    }

    public static InvalidAppendException HashMismatch(Append append) => new(
        $"Version {append.Expected.Version} of {append.Stream} does not have the hash that the append expects.");

    /// <summary>PostgreSQL looks at the JSON itself; without it somebody else has to.</summary>
    public static void CheckJson(Append append)
    {
        foreach (var added in append.Events)
        {
            try
            {
                JsonDocument.Parse(added.Data).Dispose();
                JsonDocument.Parse(added.Metadata).Dispose();
            }
            catch (JsonException error)
            {
                throw new InvalidAppendException($"An event of {append.Stream} is not JSON.", error);
            }
        }
    }

    private static void CheckName(string name, string what)
    {
        if (name.Length is 0 or > NameLength)
            throw new InvalidAppendException($"The {what} must have 1 to {NameLength} characters.");
        CheckText(name, what);
    }

    /// <summary>PostgreSQL keeps no NUL, and half a surrogate pair has no UTF-8.</summary>
    private static void CheckText(string? text, string what)
    {
        var rest = text.AsSpan();
        var suspect = rest.IndexOfAnyExceptInRange('\u0001', '\ud7ff');
        while (suspect >= 0)
        {
            rest = rest[suspect..];
            if (rest[0] == '\0' || Rune.DecodeFromUtf16(rest, out _, out var length) != OperationStatus.Done)
                throw new InvalidAppendException($"The {what} holds characters that cannot be stored.");
            rest = rest[length..];
            suspect = rest.IndexOfAnyExceptInRange('\u0001', '\ud7ff');
        }
    }
}
