using System.Globalization;
using System.Text;
using System.Text.Json.Serialization.Metadata;

namespace OrleansOrders.Domain;

/// <summary>Describes what a type's JSON looks like, so that two shapes can be told apart.</summary>
public static class JsonShape
{
    /// <summary>Every property's name, type and nullability, then the same of the types of those properties, elements and derived types.</summary>
    public static string Of(JsonTypeInfo json)
    {
        var shape = new StringBuilder();
        Describe(json, shape, []);
        return shape.ToString();
    }

    private static void Describe(JsonTypeInfo json, StringBuilder shape, HashSet<Type> seen)
    {
        if (!seen.Add(json.Type))
            return;
        shape.Append(CultureInfo.InvariantCulture, $"{json.Kind} {json.Type}");
        if (json.Type.IsEnum)
            shape.Append(' ').AppendJoin(' ', Enum.GetNames(json.Type));
        shape.Append('\n');
        foreach (var property in Stored(json))
            shape.Append(CultureInfo.InvariantCulture, $"  {property.Name}: {property.PropertyType} {(property.IsGetNullable ? "or null" : "")}\n");
        foreach (var derived in json.PolymorphismOptions?.DerivedTypes ?? [])
            shape.Append(CultureInfo.InvariantCulture, $"  {derived.TypeDiscriminator} is {derived.DerivedType}\n");
        foreach (var part in PartsOf(json))
            Describe(json.Options.GetTypeInfo(part), shape, seen);
    }

    private static IEnumerable<Type> PartsOf(JsonTypeInfo json) =>
    [
        .. json.PolymorphismOptions?.DerivedTypes.Select(type => type.DerivedType) ?? [],
        .. Stored(json).Where(property => property.CustomConverter is null)
            .Select(property => Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType),
        .. json.ElementType is { } element ? (Type[])[element] : [],
    ];

    // Computed properties have no getter here: they are not written.
    private static IEnumerable<JsonPropertyInfo> Stored(JsonTypeInfo json) => json.Properties.Where(property => property.Get is not null);
}
