using System.Buffers.Text;
using System.Text;

namespace OrleansOrders.Engine.Personal;

/// <summary>
/// A sealed text as it is stored, <c>[sealed.v1.…]</c>: it names its key and its event, so that whoever comes across it,
/// anywhere, can ask for the one and compare the other. All of it are letters that JSON leaves alone.
/// </summary>
/// <remarks>Between prefix and bracket, base64url of: key id (16 bytes), event id (16), nonce (12), tag (16), AES-256-GCM.</remarks>
internal readonly struct SealedText
{
    public const string Prefix = "[sealed.v1.";
    public const char End = ']';
    public const int NonceLength = 12;
    public const int TagLength = 16;

    private const int IdLength = 16;
    private const int HeadLength = 2 * IdLength + NonceLength + TagLength;

    // Text of 500 letters has 2,000 bytes at most; whatever is longer was not written here.
    private const int LongestLength = 16 * 1024;

    private readonly byte[] bytes;

    private SealedText(byte[] bytes) => this.bytes = bytes;

    public static ReadOnlySpan<byte> PrefixBytes => "[sealed.v1."u8;

    public Guid KeyId => new(bytes.AsSpan(0, IdLength), bigEndian: true);

    public Guid EventId => new(bytes.AsSpan(IdLength, IdLength), bigEndian: true);

    public ReadOnlySpan<byte> Nonce => bytes.AsSpan(2 * IdLength, NonceLength);

    public ReadOnlySpan<byte> Tag => bytes.AsSpan(2 * IdLength + NonceLength, TagLength);

    public ReadOnlySpan<byte> Sealed => bytes.AsSpan(HeadLength);

    public static string Write(
        Guid keyId, Guid eventId, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> sealedText)
    {
        var bytes = new byte[HeadLength + sealedText.Length];
        keyId.TryWriteBytes(bytes, bigEndian: true, out _);
        eventId.TryWriteBytes(bytes.AsSpan(IdLength), bigEndian: true, out _);
        nonce.CopyTo(bytes.AsSpan(2 * IdLength));
        tag.CopyTo(bytes.AsSpan(2 * IdLength + NonceLength));
        sealedText.CopyTo(bytes.AsSpan(HeadLength));
        return $"{Prefix}{Base64Url.EncodeToString(bytes)}{End}";
    }

    /// <summary>What every text begins with that was sealed under this key: as many letters as the key's id alone decides.</summary>
    public static string MarkOf(Guid keyId)
    {
        Span<byte> bytes = stackalloc byte[IdLength];
        keyId.TryWriteBytes(bytes, bigEndian: true, out _);
        return $"{Prefix}{Base64Url.EncodeToString(bytes)[..(IdLength * 8 / 6)]}";
    }

    /// <summary>What people write must not look like one: it would be taken for somebody else's.</summary>
    public static string Defuse(string text) =>
        text.Contains(Prefix, StringComparison.Ordinal) ? text.Replace(Prefix, "[sealed v1 ", StringComparison.Ordinal) : text;

    /// <summary>Finds the next sealed text in UTF-8.</summary>
    /// <param name="from">Where to look from; afterwards, behind what was found.</param>
    /// <param name="start">Where it begins.</param>
    public static bool TryFind(ReadOnlySpan<byte> utf8, ref int from, out int start, out SealedText found)
    {
        while (utf8[from..].IndexOf(PrefixBytes) is >= 0 and var at)
        {
            start = from + at;
            var body = utf8[(start + Prefix.Length)..];
            var end = body[..Math.Min(body.Length, LongestLength)].IndexOf((byte)End);
            if (end >= 0 && TryRead(body[..end], out found))
            {
                from = start + Prefix.Length + end + 1;
                return true;
            }
            from = start + Prefix.Length;
        }
        (start, found) = (-1, default);
        return false;
    }

    /// <summary>Whether something sealed is in the data that was sealed for another event.</summary>
    public static bool HasForeign(ReadOnlySpan<byte> utf8, Guid eventId)
    {
        for (var from = 0; TryFind(utf8, ref from, out _, out var found);)
        {
            if (found.EventId != eventId)
                return true;
        }
        return false;
    }

    public override string ToString() => $"{Prefix}{Base64Url.EncodeToString(bytes)}{End}";

    private static bool TryRead(ReadOnlySpan<byte> body, out SealedText text)
    {
        text = default;
        if (!Base64Url.IsValid(body, out var length) || length < HeadLength)
            return false;
        text = new SealedText(Base64Url.DecodeFromUtf8(body));
        return true;
    }
}
