using System.Globalization;

namespace OrleansOrders.Domain;

/// <summary>
/// Recognises what may be a payment card's number: 13 to 19 digits, in groups or not, whose Luhn sum holds. Such a text
/// is refused before anything is logged, stored or answered with it.
/// </summary>
public static class CardNumbers
{
    private const int Shortest = 13;
    private const int Longest = 19;
    private const int LongestPrefix = 16;

    private static ReadOnlySpan<int> IdentifierLengths => [26, 32, 36, 40, 64];

    public static bool Occur(ReadOnlySpan<char> text)
    {
        if (!HasEnoughDigits(text) || IsIdentifier(text))
            return false;
        Span<byte> digits = stackalloc byte[Longest];
        for (var start = 0; start < text.Length; start++)
        {
            // A number may begin wherever a group of digits begins: "no. 12 4111 1111 1111 1111" holds one.
            var beginsGroup = DigitAt(text, start) >= 0 && (start == 0 || DigitAt(text, start - 1) < 0);
            if (beginsGroup && OccursFrom(text[start..], digits))
                return true;
        }
        return false;
    }

    /// <summary>Looks at each segment by itself, so that an id of ours stands alone.</summary>
    public static bool OccurInPath(string? path)
    {
        foreach (var segment in path.AsSpan().Split('/'))
        {
            if (Occur(path.AsSpan()[segment]))
                return true;
        }
        return false;
    }

    // Looks at every end of a group, so that "4111 1111 1111 1111 123" (with its check code) is found as well.
    private static bool OccursFrom(ReadOnlySpan<char> text, Span<byte> digits)
    {
        var count = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var digit = DigitAt(text, i);
            if (digit < 0)
            {
                if (!IsSeparator(text[i]))
                    return false;
                continue;
            }
            if (count == Longest)
                return false;
            digits[count++] = (byte)digit;
            var endsGroup = i + 1 == text.Length || DigitAt(text, i + 1) < 0;
            if (endsGroup && count >= Shortest && HasLuhnSum(digits[..count]))
                return true;
        }
        return false;
    }

    private static bool HasLuhnSum(ReadOnlySpan<byte> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            int digit = digits[^(i + 1)];
            sum += i % 2 == 0 ? digit : digit < 5 ? digit * 2 : (digit * 2) - 9;
        }
        return sum % 10 == 0;
    }

    private static bool HasEnoughDigits(ReadOnlySpan<char> text)
    {
        if (text.Length < Shortest)
            return false;
        var count = 0;
        for (var i = 0; i < text.Length; i++)
            count += DigitAt(text, i) >= 0 ? 1 : 0;
        return count >= Shortest;
    }

    // About one random UUID in a few hundred holds such a run by chance. A text that is wholly a UUID, a hash or an id
    // of ours, letters included, is therefore not searched, with a word before it or without ("order-" or "o" and a UUID):
    // clients use them as ids and as idempotency keys.
    private static bool IsIdentifier(ReadOnlySpan<char> text)
    {
        foreach (var length in IdentifierLengths)
        {
            if (text.Length >= length && IsIdentifierAlone(text[^length..]) && IsPrefix(text[..^length]))
                return true;
        }
        return false;
    }

    private static bool IsIdentifierAlone(ReadOnlySpan<char> text) =>
        text.ContainsAnyInRange('A', 'z') && text.Length switch
        {
            36 => Guid.TryParseExact(text, "D", out _),
            26 => !text.ContainsAnyExcept("0123456789abcdefghjkmnpqrstvwxyzABCDEFGHJKMNPQRSTVWXYZ"),
            _ => !text.ContainsAnyExcept("0123456789abcdefABCDEF"),
        };

    private static bool IsPrefix(ReadOnlySpan<char> text)
    {
        if (text.Length > LongestPrefix)
            return false;
        if (text.Length > 1 && text[^1] is '-' or '_' or ':' or '.')
            text = text[..^1];
        foreach (var character in text)
        {
            if (!char.IsAsciiLetter(character))
                return false;
        }
        return true;
    }

    private static int DigitAt(ReadOnlySpan<char> text, int index)
    {
        var character = text[index];
        if (char.IsAscii(character))
            return char.IsAsciiDigit(character) ? character - '0' : -1;
        return CharUnicodeInfo.GetDecimalDigitValue(character);
    }

    private static bool IsSeparator(char character) => character is ' ' or '-' || (!char.IsAscii(character)
        && char.GetUnicodeCategory(character) is UnicodeCategory.SpaceSeparator or UnicodeCategory.DashPunctuation);
}
