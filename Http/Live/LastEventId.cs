using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace OrleansOrders.Http;

/// <summary>The <c>Last-Event-ID</c> header: the log position that a live stream goes on after.</summary>
internal static class LastEventId
{
    public const string Header = "Last-Event-ID";

    /// <summary>Null when the caller begins.</summary>
    public static long? Read(HttpRequest request, Checks checks)
    {
        var values = request.Headers[Header];
        if (values.Count == 0)
            return null;
        if (values.Count == 1 && long.TryParse(values[0], NumberStyles.None, CultureInfo.InvariantCulture, out var position))
            return position;
        checks.Add("/" + Header, FieldCodes.InvalidHeader, "The id of an event that arrived: a position in the log.", "header");
        return null;
    }
}
