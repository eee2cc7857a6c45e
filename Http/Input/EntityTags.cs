using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace OrleansOrders.Http;

/// <summary>What <c>If-Match</c> asks for.</summary>
/// <param name="Version">The version that the stream must be at; null with <paramref name="MustExist"/> for <c>*</c>.</param>
internal readonly record struct Precondition(long? Version, bool MustExist);

/// <summary>A stream's version as an entity tag: <c>"7"</c>.</summary>
internal static class EntityTags
{
    public static string Of(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>Reads <c>If-Match</c>: one strong tag of ours, or <c>*</c>.</summary>
    public static Precondition Precondition(HttpRequest request, Checks checks)
    {
        var header = request.Headers.IfMatch;
        if (header.Count == 0)
            return default;
        if (header.Count == 1 && header[0] is { } text)
        {
            if (text == "*")
                return new Precondition(null, true);
            if (TryParse(text, out var version))
                return new Precondition(version, false);
        }
        checks.Add("/If-Match", FieldCodes.InvalidHeader, "One strong entity tag as it was given, like \"7\", or *.", "header");
        return default;
    }

    /// <summary>Whether <c>If-None-Match</c> says that the caller has this version already.</summary>
    public static bool IsKnown(HttpRequest request, string tag)
    {
        if (request.Headers.IfNoneMatch.Count == 0 || !EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch, out var tags))
            return false;
        return tags.Any(known => known.Tag == "*" || known.Tag == tag);
    }

    private static bool TryParse(string text, out long version)
    {
        version = 0;
        return text.Length > 2 && text[0] == '"' && text[^1] == '"'
            && long.TryParse(text.AsSpan(1, text.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out version);
    }
}
