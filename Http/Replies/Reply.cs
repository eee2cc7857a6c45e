using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace OrleansOrders.Http;

/// <summary>A success.</summary>
/// <param name="Body">JSON, or null for none.</param>
internal sealed record Reply(int Status, ReadOnlyMemory<byte>? Body)
{
    /// <summary>The header that carries the log position of a command's reply, for <c>min-position</c>.</summary>
    public const string PositionHeader = "Orders-Position";

    public const string ReplayedHeader = "Idempotent-Replayed";

    /// <summary>The stream's version: the <c>ETag</c>.</summary>
    public long? Version { get; init; }

    public long? Position { get; init; }

    public string? Location { get; init; }

    /// <summary>Writes the answer itself, headers and all, instead of a body.</summary>
    public Func<HttpContext, Task>? Writer { get; init; }

    /// <summary>The answer is an earlier one's, given again.</summary>
    public bool IsReplayed { get; init; }

    public static Reply Json<T>(int status, T body, JsonTypeInfo<T> type) => new(status, JsonSerializer.SerializeToUtf8Bytes(body, type));

    public async Task Write(HttpContext context)
    {
        var response = context.Response;
        response.Headers.CacheControl = "no-store";
        if (Position is { } position)
            response.Headers[PositionHeader] = position.ToString(CultureInfo.InvariantCulture);
        if (Location is not null)
            response.Headers.Location = Location;
        if (IsReplayed)
            response.Headers[ReplayedHeader] = "true";
        if (Version is { } version && WriteTag(context, EntityTags.Of(version)))
            return;
        response.StatusCode = Status;
        if (Writer is not null)
            await Writer(context);
        if (Body is null)
            return;
        response.ContentType = "application/json";
        response.ContentLength = Body.Value.Length;
        await response.Body.WriteAsync(Body.Value, context.RequestAborted);
    }

    // True when the caller has this version already and needs no body.
    private static bool WriteTag(HttpContext context, string tag)
    {
        context.Response.Headers.ETag = tag;
        if (!HttpMethods.IsGet(context.Request.Method))
            return false;
        context.Response.Headers.CacheControl = "private, no-cache";
        if (!EntityTags.IsKnown(context.Request, tag))
            return false;
        context.Response.StatusCode = StatusCodes.Status304NotModified;
        return true;
    }
}
