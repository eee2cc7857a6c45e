using System.Text.Json;

namespace OrleansOrders.EventStore;

/// <summary>What every append must satisfy before anything is sent; both stores ask here.</summary>
internal static class AppendRules
{
    /// <summary>Characters of a tenant, a stream id or an event type.</summary>
    private const int NameLength = 200;

    public static void Check(Append append)
    {
        CheckName(append.Stream.Tenant, "tenant");
        CheckName(append.Stream.Type, "stream type");
        CheckName(append.Stream.StreamId, "stream id");
        if (append.Stream.Type.Contains('-'))
            throw new InvalidAppendException($"The stream type '{append.Stream.Type}' holds a dash, which ends the type in a stream id.");
        if (append.Expected.Version < 0 || append.Expected.Hash.Length != HashChain.Length)
            throw new InvalidAppendException("The expected head has a negative version or no hash.");
        foreach (var added in append.Events)
            CheckName(added.Type, "event type");
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
        if (name.Length is 0 or > NameLength || name.Contains('\0'))
            throw new InvalidAppendException($"The {what} must have 1 to {NameLength} characters and no NUL.");
    }
}
