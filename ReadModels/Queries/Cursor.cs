using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.ReadModels.Queries;

/// <summary>
/// The last row of a page, from which the next goes on. Opaque to callers: a format number, a hash of what was asked for, so
/// that a cursor fits only the list that gave it, the time in microseconds and the id.
/// </summary>
internal readonly record struct Cursor(DateTimeOffset Time, string Id)
{
    private const byte Format = 1;
    private const int HashLength = 8;
    private const int IdOffset = 1 + HashLength + sizeof(long);
    private const int LongestText = 1_000;

    private static readonly UTF8Encoding Strict = new(false, true);

    /// <param name="asked">Everything that makes the list what it is.</param>
    public string Write(params string?[] asked)
    {
        var bytes = new byte[IdOffset + Strict.GetByteCount(Id)];
        bytes[0] = Format;
        Hash(asked).CopyTo(bytes.AsSpan(1));
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(1 + HashLength), Time.UtcTicks / TimeSpan.TicksPerMicrosecond);
        Strict.GetBytes(Id, bytes.AsSpan(IdOffset));
        return Base64Url.EncodeToString(bytes);
    }

    /// <exception cref="BadCursorException">The text is not a cursor of this list.</exception>
    public static Cursor? Read(string? text, params string?[] asked)
    {
        if (text is null)
            return null;
        if (text.Length is 0 or > LongestText || !Base64Url.IsValid(text))
            throw new BadCursorException();
        var bytes = Base64Url.DecodeFromChars(text);
        if (bytes.Length <= IdOffset || bytes[0] != Format || !bytes.AsSpan(1, HashLength).SequenceEqual(Hash(asked)))
            throw new BadCursorException();
        var microseconds = BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(1 + HashLength));
        if (microseconds < 0 || microseconds > DateTimeOffset.MaxValue.UtcTicks / TimeSpan.TicksPerMicrosecond)
            throw new BadCursorException();
        return new Cursor(new DateTimeOffset(microseconds * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero), ReadId(bytes));
    }

    private static string ReadId(byte[] bytes)
    {
        try
        {
            var id = Strict.GetString(bytes, IdOffset, bytes.Length - IdOffset);
            return id.Contains('\0') ? throw new BadCursorException() : id;
        }
        catch (ArgumentException)
        {
            throw new BadCursorException();
        }
    }

    private static ReadOnlySpan<byte> Hash(string?[] asked)
    {
        var text = new StringBuilder();
        foreach (var part in asked)
            text.Append(part is null ? "-" : $"{part.Length}:{part}").Append('/');
        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, HashLength);
    }
}
