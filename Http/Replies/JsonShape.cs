using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansOrders.Http;

/// <summary>How JSON looks here, in and out.</summary>
internal static class JsonShape
{
    /// <summary>camelCase, absent values left out, and letters of every alphabet readable: the replies are JSON, never HTML.</summary>
    public static JsonSerializerOptions Replies() => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>No unknown or duplicate members, comments, trailing commas, case folding or numbers in quotes.</summary>
    public static JsonSerializerOptions Requests() => new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        MaxDepth = ApiLimits.BodyDepth,
    };
}
