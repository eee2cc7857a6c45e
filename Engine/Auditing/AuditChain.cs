using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Engine.Auditing;

/// <summary>
/// Ties every line of the audit to all before it: SHA-256 over the previous line's hash and this one's content. The first
/// line follows 32 zero bytes.
/// </summary>
/// <remarks>
/// The input is, in order: previous hash (32 bytes), number, kind, tenant, actor, action, target, reason, source, trace id,
/// outcome, count, intent, time in microseconds since 0001-01-01 UTC. Numbers are 8 bytes, big-endian, -1 for none; texts
/// are UTF-8, preceded by their length in 4 bytes, -1 for none, so that no two different lines share an input.
/// </remarks>
public static class AuditChain
{
    /// <summary>What the first line follows.</summary>
    public static ReadOnlyMemory<byte> Start { get; } = new byte[SHA256.HashSizeInBytes];

    /// <param name="previous">The hash of the line before.</param>
    public static byte[] Next(ReadOnlySpan<byte> previous, AuditEntry entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous);
        Add(hash, entry.Number);
        foreach (var text in TextsOf(entry))
            Add(hash, text);
        Add(hash, entry.Count);
        Add(hash, entry.Intent ?? -1);
        Add(hash, entry.At.UtcTicks / TimeSpan.TicksPerMicrosecond);
        return hash.GetHashAndReset();
    }

    /// <summary>A line's texts, in the order in which they are stored and tied.</summary>
    internal static string?[] TextsOf(AuditEntry entry)
    {
        var action = entry.Action;
        return [entry.Kind, action.Tenant, action.Actor, action.Action, action.Target, action.Reason, action.Source, action.TraceId, entry.Outcome];
    }

    private static void Add(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        hash.AppendData(bytes);
    }

    private static void Add(IncrementalHash hash, string? text)
    {
        var content = text is null ? [] : Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, text is null ? -1 : content.Length);
        hash.AppendData(length);
        hash.AppendData(content);
    }
}
