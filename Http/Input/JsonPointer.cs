using System.Globalization;

namespace OrleansOrders.Http;

/// <summary>RFC 6901 pointers.</summary>
internal static class JsonPointer
{
    // A member's name is the caller's; a long one is not worth repeating in full.
    private const int LongestToken = 64;

    public static string Append(string pointer, string name)
    {
        var token = name.Length > LongestToken ? string.Concat(name.AsSpan(0, LongestToken - 1), "…") : name;
        return $"{pointer}/{token.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
    }

    public static string Append(string pointer, int index) => $"{pointer}/{index.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Turns the path of a <see cref="System.Text.Json.JsonException"/> (<c>$.lines[0]['odd name']</c>) into a pointer.</summary>
    public static string FromPath(string? path)
    {
        var pointer = "";
        var i = 1; // past the $
        while (path is not null && i < path.Length)
        {
            if (path.AsSpan(i).StartsWith("['"))
            {
                var end = EndOfQuoted(path, i + 2);
                pointer = Append(pointer, path[(i + 2)..end]);
                i = Math.Min(end + 2, path.Length);
                continue;
            }
            var stop = path.AsSpan(i + 1).IndexOfAny('.', '[');
            var next = stop < 0 ? path.Length : i + 1 + stop;
            pointer = Append(pointer, path[(i + 1)..next].TrimEnd(']'));
            i = next;
        }
        return pointer;
    }

    private static int EndOfQuoted(string path, int start)
    {
        for (var i = start; i + 1 < path.Length; i++)
        {
            if (path[i] == '\'' && path[i + 1] == ']' && (i + 2 == path.Length || path[i + 2] is '.' or '['))
                return i;
        }
        return path.Length;
    }
}
