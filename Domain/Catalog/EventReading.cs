using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace OrleansOrders.Domain;

/// <summary>
/// How stored events are read. A member that cannot be null must be there, so that damaged data is an error here and
/// not a null deep inside a state; a field added to an event later is nullable, which makes it optional.
/// </summary>
internal static class EventReading
{
    public static readonly JsonSerializerOptions Options = new(DomainJson.Default.Options)
    {
        TypeInfoResolver = DomainJson.Default.WithAddedModifier(RequireWhatIsNotNull),
    };

    public static JsonTypeInfo<JsonObject> Object { get; } = (JsonTypeInfo<JsonObject>)Options.GetTypeInfo(typeof(JsonObject));

    private static void RequireWhatIsNotNull(JsonTypeInfo json)
    {
        if (json.Kind != JsonTypeInfoKind.Object)
            return;
        foreach (var property in json.Properties)
        {
            property.IsRequired = property.PropertyType.IsValueType
                ? Nullable.GetUnderlyingType(property.PropertyType) is null
                : !property.IsSetNullable;
        }
    }
}
