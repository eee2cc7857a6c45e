using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansOrders.Tests.Domain.Contracts;

/// <summary>
/// Validates JSON by the part of JSON Schema 2020-12 that the events' schemas use. A keyword that it does not know is an
/// error, so that nothing in a schema goes unchecked in silence.
/// </summary>
public static class SchemaValidator
{
    private static readonly HashSet<string> Words = ["$schema", "$id", "title", "description", "examples", "x-unit"];

    /// <returns>What is wrong, each with its place; empty when the value is valid.</returns>
    public static IReadOnlyList<string> Validate(JsonNode? schema, JsonNode? value) => [.. Check((JsonObject)schema!, value, "$")];

    private static IEnumerable<string> Check(JsonObject schema, JsonNode? value, string at) =>
        schema.Where(pair => !Words.Contains(pair.Key)).SelectMany(pair => Check(pair.Key, pair.Value!, value, at));

    private static IEnumerable<string> Check(string keyword, JsonNode rule, JsonNode? value, string at) => keyword switch
    {
        "type" => IsOf((string)rule!, value) ? [] : [$"{at} is not of type {rule}"],
        "enum" => rule.AsArray().Any(item => JsonNode.DeepEquals(item, value)) ? [] : [$"{at} is none of {rule.ToJsonString()}"],
        "format" => HasFormat((string)rule!, value) ? [] : [$"{at} is no {rule}"],
        "required" => value is JsonObject members
            ? rule.AsArray().Select(name => (string)name!).Where(name => !members.ContainsKey(name)).Select(name => $"{at} lacks {name}")
            : [],
        "properties" => value is JsonObject members
            ? rule.AsObject().Where(field => members.ContainsKey(field.Key))
                .SelectMany(field => Check((JsonObject)field.Value!, members[field.Key], $"{at}.{field.Key}"))
            : [],
        "items" => value is JsonArray elements
            ? elements.SelectMany((element, index) => Check((JsonObject)rule, element, $"{at}[{index}]"))
            : [],
        _ => throw new NotSupportedException($"The validator does not know {keyword}."),
    };

    private static bool IsOf(string type, JsonNode? value) => (type, value?.GetValueKind() ?? JsonValueKind.Null) switch
    {
        ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String) => true,
        ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
        ("integer", JsonValueKind.Number) => decimal.TryParse(value!.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && decimal.IsInteger(number),
        _ => false,
    };

    private static bool HasFormat(string format, JsonNode? value) => format switch
    {
        "int64" => value?.GetValueKind() != JsonValueKind.Number || long.TryParse(value.ToJsonString(), CultureInfo.InvariantCulture, out _),
        "date-time" => value?.GetValueKind() != JsonValueKind.String || DateTimeOffset.TryParseExact(
            (string)value!, "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        _ => throw new NotSupportedException($"The validator does not know the format {format}."),
    };
}
