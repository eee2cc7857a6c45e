using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OrleansOrders.Http;

/// <summary>Says what is wrong at the place where a body does not fit its type: by looking, not by reading a message.</summary>
internal static class ShapeErrors
{
    public static FieldError Explain(ReadOnlyMemory<byte> body, JsonTypeInfo type, string pointer)
    {
        using var document = JsonDocument.Parse(body);
        JsonElement? element = document.RootElement;
        JsonTypeInfo? expected = type;
        foreach (var token in Tokens(pointer))
        {
            if (expected is not null && Property(expected, token) is null && expected.Kind == JsonTypeInfoKind.Object)
                return new FieldError(pointer, FieldCodes.UnknownMember, "The request does not have this member.");
            (element, expected) = (Child(element, token), Next(expected, token));
        }
        return Wrong(pointer, expected?.Type, element);
    }

    private static FieldError Wrong(string pointer, Type? type, JsonElement? element)
    {
        var isInteger = type == typeof(long?);
        if (isInteger && element is { ValueKind: JsonValueKind.Number } number)
        {
            return number.GetRawText().AsSpan().IndexOfAny(".eE") >= 0
                ? new FieldError(pointer, FieldCodes.NotAnInteger, "An integer, without fraction or exponent.")
                : new FieldError(pointer, FieldCodes.OutOfRange, "The number does not fit an integer of 64 bits.");
        }
        var wanted = isInteger ? "an integer"
            : type == typeof(string) ? "a string"
            : type == typeof(bool?) ? "true or false"
            : type is { IsArray: true } ? "an array"
            : "an object";
        return new FieldError(pointer, FieldCodes.WrongType, $"The value is not {wanted}.");
    }

    private static IEnumerable<string> Tokens(string pointer) => pointer.Split('/').Skip(1)
        .Select(token => token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal));

    private static JsonPropertyInfo? Property(JsonTypeInfo type, string name) =>
        type.Kind == JsonTypeInfoKind.Object ? type.Properties.FirstOrDefault(property => property.Name == name) : null;

    private static JsonTypeInfo? Next(JsonTypeInfo? type, string token)
    {
        var next = type is null ? null : Property(type, token)?.PropertyType ?? type.ElementType;
        return next is null ? null : type!.Options.GetTypeInfo(next);
    }

    private static JsonElement? Child(JsonElement? element, string token) => element switch
    {
        { ValueKind: JsonValueKind.Object } parent when parent.TryGetProperty(token, out var child) => child,
        { ValueKind: JsonValueKind.Array } parent when int.TryParse(token, out var index) && index < parent.GetArrayLength() => parent[index],
        _ => null,
    };
}
