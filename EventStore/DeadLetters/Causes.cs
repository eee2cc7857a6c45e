using System.Text.RegularExpressions;

namespace OrleansOrders.EventStore;

/// <summary>
/// Why an event was not taken, in one line that people read. Exceptions quote what they choked on, so that the line is
/// short, holds no control characters, and long numbers in it are blacked out.
/// </summary>
public static partial class Causes
{
    /// <summary>Characters of the longest cause.</summary>
    public const int LongestCause = 300;

    public static string Of(Exception failure) => Of($"{NameOf(failure)}: {failure.Message}");

    public static string Of(string text)
    {
        var line = LongNumber().Replace(NotOneLine().Replace(text, " "), "#").Trim();
        if (line.Length <= LongestCause)
            return line;
        var end = char.IsHighSurrogate(line[LongestCause - 2]) ? LongestCause - 2 : LongestCause - 1;
        return line[..end] + "…";
    }

    private static string NameOf(Exception failure) => failure.GetType().Name.Replace("Exception", "", StringComparison.Ordinal);

    [GeneratedRegex(@"[\p{C}\s]+")]
    private static partial Regex NotOneLine();

    // As long as a card's number may be, however its digits are grouped.
    [GeneratedRegex(@"\d(?:[ -]?\d){11,}")]
    private static partial Regex LongNumber();
}
