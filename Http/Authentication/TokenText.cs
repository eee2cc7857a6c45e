using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace OrleansOrders.Http;

/// <summary>
/// A token's text, looked at before any library does: three parts of plain base64url, objects without a member twice, and
/// no header that asks for anything but the two algorithms. What two readers could understand differently is no token.
/// </summary>
internal sealed class TokenText
{
    private const int Depth = 8;

    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = Depth };

    private readonly JsonElement header;
    private readonly JsonElement payload;

    private TokenText(JsonElement header, JsonElement payload) => (this.header, this.payload) = (header, payload);

    public string Algorithm => ReadText(header, "alg") ?? "";

    public string? KeyId => ReadText(header, "kid");

    /// <summary>Whether it is meant as a token: all of them begin as an object does in base64url and have dots, and no key that we made does.</summary>
    public static bool IsMeant(string credential) => credential.StartsWith("ey", StringComparison.Ordinal) && credential.Contains('.', StringComparison.Ordinal);

    /// <summary>Null when it is no token that could be good.</summary>
    public static TokenText? Read(string token)
    {
        if (token.Length > ApiKeySecret.LongestCredential || token.Split('.') is not [var first, var second, var third]
            || third.Length == 0 || third.AsSpan().ContainsAnyExcept(Alphabet))
            return null;
        try
        {
            var header = Parse(first);
            var payload = header is null ? null : Parse(second);
            return payload is not null && new TokenText(header!.Value, payload.Value) is { IsPlain: true } text ? text : null;
        }
        catch (Exception wrong) when (wrong is JsonException or FormatException or InvalidOperationException)
        {
            return null; // the last: half a surrogate pair, or bytes that are no UTF-8
        }
    }

    /// <summary>A claim that is a text, or null.</summary>
    public string? Text(string claim) => ReadText(payload, claim);

    /// <summary>Seconds since 1970, or null when the claim is absent; negative when it is no such number.</summary>
    public double? Seconds(string claim)
    {
        if (!payload.TryGetProperty(claim, out var value))
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && double.IsFinite(seconds) ? seconds : -1;
    }

    /// <summary>A claim that is a text with spaces, or an array of texts; empty when it is neither.</summary>
    public IReadOnlySet<string> Words(string claim)
    {
        if (Text(claim) is { } text)
            return text.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet();
        return payload.TryGetProperty(claim, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Select(TextOf).OfType<string>().ToHashSet()
            : new HashSet<string>();
    }

    // crit names what must be understood, and nothing of it is.
    private bool IsPlain => Algorithm is TokenKeys.Rsa or TokenKeys.Ecdsa
        && !header.TryGetProperty("crit", out _)
        && (!header.TryGetProperty("kid", out _) || KeyId is not null)
        && (!header.TryGetProperty("typ", out var type) || IsAccessToken(TextOf(type)));

    // Whatever else an issuer signs (a logout, a security event) is not meant for us.
    private static bool IsAccessToken(string? type) => type is not null
        && (type.Equals("JWT", StringComparison.OrdinalIgnoreCase) || type.Equals("at+jwt", StringComparison.OrdinalIgnoreCase)
        || type.Equals("application/at+jwt", StringComparison.OrdinalIgnoreCase));

    private static JsonElement? Parse(string part)
    {
        if (part.Length == 0 || part.AsSpan().ContainsAnyExcept(Alphabet))
            return null;
        using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(part), Strict);
        return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
    }

    private static string? ReadText(JsonElement owner, string name) => owner.TryGetProperty(name, out var value) ? TextOf(value) : null;

    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null; // half a surrogate pair, or bytes that are no UTF-8: no text
        }
    }
}
