using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace OrleansOrders.Domain.Contracts;

/// <summary>
/// The JSON Schema (2020-12) of every version of every event. Fields that a reader does not know are allowed: an event may
/// gain optional ones. Only keywords that mean the same in draft 07 are used, which is what AsyncAPI's own tools read.
/// </summary>
public static class EventSchemas
{
    /// <summary>What a number counts, beside its description.</summary>
    public const string Unit = "x-unit";

    private const string Dialect = "https://json-schema.org/draft/2020-12/schema";

    private static readonly JsonSchemaExporterOptions Exporting = new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = Describe,
    };

    public static JsonObject Of(ReleasedEvent released)
    {
        var text = EventText.All.FirstOrDefault(text => text.StoredName == released.StoredName);
        var exported = (JsonObject)released.Json.GetJsonSchemaAsNode(Exporting);
        var schema = new JsonObject
        {
            ["$schema"] = Dialect,
            ["$id"] = PublishedEvents.SchemaOf(released.StoredName),
            ["title"] = released.StoredName,
            ["description"] = text?.When,
        };
        foreach (var (keyword, value) in exported)
            schema[keyword] = value?.DeepClone();
        schema["type"] = "object";
        schema["examples"] = text is null ? new JsonArray() : new JsonArray(text.Example.DeepClone());
        return schema;
    }

    // An absent value is left out and never written as null, so no field's type says null.
    private static JsonNode Describe(JsonSchemaExporterContext context, JsonNode exported)
    {
        if (exported is not JsonObject schema)
            return exported;
        if (schema["type"] is JsonArray types)
            schema["type"] = types.Select(type => (string)type!).Single(type => type != "null");
        else if (schema["enum"] is not null)
            schema.Insert(0, "type", "string");
        if (context.TypeInfo.Kind == JsonTypeInfoKind.Object)
            schema["required"] = new JsonArray([.. context.TypeInfo.Properties.Where(field => field.IsRequired).Select(field => (JsonNode)field.Name)]);
        if (context.TypeInfo.Type == typeof(long) || context.TypeInfo.Type == typeof(long?))
            schema["format"] = "int64";
        if (context.PropertyInfo is { } field && FieldTexts.Of(field.DeclaringType, field.Name) is { } text)
        {
            schema["description"] = text.Meaning;
            if (text.Unit is not null)
                schema[Unit] = text.Unit;
        }
        return schema;
    }
}
