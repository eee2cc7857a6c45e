using System.Buffers;
using System.Globalization;
using OrleansOrders.Domain;

namespace OrleansOrders.Http;

/// <summary>Which characters ids, SKUs and texts may hold.</summary>
public static class Texts
{
    public const string IdRule = "1 to 64 letters, digits and . _ - : with a letter or digit first";

    public const string SkuRule = "1 to 64 letters, digits, spaces and . _ - : + with a letter or digit first and no space last";

    /// <summary>The same rules as expressions, for the OpenAPI document.</summary>
    public const string IdPattern = "^[0-9A-Za-z][0-9A-Za-z._:-]{0,63}$";

    public const string SkuPattern = "^[0-9A-Za-z]([0-9A-Za-z._:+ -]{0,62}[0-9A-Za-z._:+-])?$";

    public const string PaymentMethodPattern = "^[0-9A-Za-z_-]{1,64}$";

    public const string TimePattern = @"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,7})?)?(Z|[+-]\d\d:\d\d)$";

    private const string LettersAndDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly string[] TimeFormats =
        ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    private static readonly SearchValues<char> IdCharacters = SearchValues.Create(LettersAndDigits + "._-:");
    private static readonly SearchValues<char> SkuCharacters = SearchValues.Create(LettersAndDigits + "._-:+ ");
    private static readonly SearchValues<char> MethodCharacters = SearchValues.Create(LettersAndDigits + "_-");

    public static bool IsId(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= Limits.IdLength && char.IsAsciiLetterOrDigit(text[0]) && !text.ContainsAnyExcept(IdCharacters);

    public static bool IsSku(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= Limits.SkuLength && char.IsAsciiLetterOrDigit(text[0]) && text[^1] != ' '
        && !text.ContainsAnyExcept(SkuCharacters);

    public static bool IsPaymentMethod(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= Limits.IdLength && !text.ContainsAnyExcept(MethodCharacters);

    /// <summary>1 to 255 visible ASCII characters.</summary>
    public static bool IsIdempotencyKey(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= ApiLimits.IdempotencyKeyLength && !text.ContainsAnyExceptInRange('!', '~');

    /// <summary>The code of what no text may hold, or null.</summary>
    public static string? Refuse(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]))
                return FieldCodes.ControlCharacter;
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return FieldCodes.InvalidText;
            i++;
        }
        return null;
    }

    /// <summary>ISO 8601 with date, time and offset (<c>2010-12-01T08:26:00Z</c>); the result is UTC.</summary>
    public static bool TryParseTime(string text, out DateTimeOffset time)
    {
        time = default;
        var hasOffset = text.EndsWith('Z') || (text.Length > 6 && text[^3] == ':' && text[^6] is '+' or '-');
        return hasOffset
            && DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out time);
    }

    public static bool TryParseDay(string text, out DateOnly day) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);
}
