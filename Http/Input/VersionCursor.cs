using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace OrleansOrders.Http;

/// <summary>Where a page of one stream begins. Opaque to callers, so that it can change.</summary>
internal static class VersionCursor
{
    private const string Mark = "v";

    public static string Write(long version) =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes(Mark + version.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The version that the page comes after; 0 without a cursor.</summary>
    public static long Read(Query query)
    {
        if (query.Cursor() is not { } cursor)
            return 0;
        var buffer = new byte[ApiLimits.CursorLength];
        if (Base64Url.IsValid(cursor) && Base64Url.TryDecodeFromChars(cursor, buffer, out var count))
        {
            var text = Encoding.ASCII.GetString(buffer, 0, count);
            if (text.StartsWith(Mark, StringComparison.Ordinal)
                && long.TryParse(text.AsSpan(Mark.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var version))
                return version;
        }
        query.Add("cursor", FieldCodes.InvalidCursor, "A cursor is what an earlier answer gave as next.");
        return 0;
    }
}
