using System.Security.Cryptography;
using System.Text;

namespace OrleansOrders.Domain;

/// <summary>Ids that follow from other ids, so that a repeated command makes the same ones.</summary>
public static class Ids
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz"; // Crockford's base 32

    /// <summary>The same parts always give the same id. Parts are separated, so ("ab","c") differs from ("a","bc").</summary>
    public static Guid Derive(params ReadOnlySpan<string> parts)
    {
        var builder = new StringBuilder();
        foreach (var part in parts)
            builder.Append(part).Append('\0');
        return FromBytes(Encoding.UTF8.GetBytes(builder.ToString()));
    }

    /// <summary>The id of the command's event at <paramref name="index"/>, counted from 0.</summary>
    public static Guid OfEvent(Guid commandId, int index)
    {
        Span<byte> bytes = stackalloc byte[20];
        commandId.TryWriteBytes(bytes);
        BitConverter.TryWriteBytes(bytes[16..], index);
        return FromBytes(bytes);
    }

    /// <summary>The id of a command that leaves no receipt, as it is decided on this version of its stream.</summary>
    public static Guid OfVersion(Guid commandId, long version)
    {
        Span<byte> bytes = stackalloc byte[24];
        commandId.TryWriteBytes(bytes);
        BitConverter.TryWriteBytes(bytes[16..], version);
        return FromBytes(bytes);
    }

    /// <summary>A short text form, 26 characters, for ids that people read.</summary>
    public static string Text(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return string.Create(26, new UInt128(ReadUpper(bytes), ReadLower(bytes)), static (span, value) =>
        {
            for (var i = span.Length - 1; i >= 0; i--)
            {
                span[i] = Alphabet[(int)(value & 31)];
                value >>= 5;
            }
        });
    }

    private static ulong ReadUpper(ReadOnlySpan<byte> bytes) => System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes);

    private static ulong ReadLower(ReadOnlySpan<byte> bytes) => System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);

    private static Guid FromBytes(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(bytes, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80); // RFC 9562 version 8: vendor-defined contents
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
