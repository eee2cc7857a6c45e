using System.Text.Json.Nodes;
using OrleansOrders.Domain.Contracts;

namespace OrleansOrders.Tests.Domain.Contracts;

public sealed class CompatibilityTests
{
    private const string Name = "order-packed.v1";

    private const string Released = """
        {
          "$id": "urn:x", "title": "order-packed.v1", "type": "object", "description": "Packed.",
          "properties": {
            "at": { "type": "string", "format": "date-time" },
            "weight": { "type": "integer", "format": "int64", "x-unit": "grams" },
            "note": { "type": "string", "description": "What the packer wrote." },
            "size": { "type": "string", "enum": ["small", "large"] },
            "lines": { "type": "array", "items": { "type": "object", "properties": { "sku": { "type": "string" } }, "required": ["sku"] } }
          },
          "required": ["at", "weight", "size", "lines"],
          "examples": [{}]
        }
        """;

    public static TheoryData<string, string, string, string> BreakingChanges => new()
    {
        { "a required field goes", "weight", "-", "properties/weight: was removed or renamed" },
        { "an optional field goes", "note", "-", "properties/note: was removed or renamed" },
        { "a field below goes", "lines/items/properties/sku", "-", "lines/items/properties/sku: was removed or renamed" },
        { "a type changes", "weight/type", "\"number\"", "properties/weight/type: was \"integer\", is \"number\"" },
        { "a type below changes", "lines/items/properties/sku/type", "\"integer\"", "lines/items/properties/sku/type: was" },
        { "a format changes", "at/format", "\"date\"", "properties/at/format: was \"date-time\", is \"date\"" },
        { "a format goes", "at/format", "-", "properties/at/format: was \"date-time\", is absent" },
        { "a unit changes", "weight/x-unit", "\"kilograms\"", "properties/weight/x-unit: was \"grams\"" },
        { "a limit comes", "weight/maximum", "1000", "properties/weight/maximum: was absent" },
        { "elements become something else", "lines/items", "-", "properties/lines/items: changed" },
        { "a value goes", "size/enum", """["small"]""", "size/enum: lost large" },
        { "a value comes", "size/enum", """["small","large","huge"]""", "size/enum: gained huge" },
        { "a value is renamed", "size/enum", """["small","big"]""", "size/enum: lost large" },
        { "a set of values comes", "note/enum", """["a"]""", "note/enum: is new" },
        { "a set of values goes", "size/enum", "-", "size/enum: is gone" },
    };

    public static TheoryData<string, string, string> HarmlessChanges => new()
    {
        { "an optional field comes", "colour", """{ "type": "string" }""" },
        { "an optional field comes below", "lines/items/properties/colour", """{ "type": "string" }""" },
        { "a field is described in other words", "note/description", "\"Free text.\"" },
        { "values stand in another order", "size/enum", """["large","small"]""" },
    };

    [Theory, MemberData(nameof(BreakingChanges))]
    public void A_change_that_breaks_a_reader_is_found(string change, string path, string value, string expected)
    {
        var found = Check(schema => Set(schema, path, value));
        Assert.True(found.Any(broken => broken.ToString().Contains(expected, StringComparison.Ordinal)), $"{change}: {string.Join("; ", found)}");
    }

    [Theory, MemberData(nameof(HarmlessChanges))]
    public void A_change_that_breaks_nobody_is_allowed(string change, string path, string value) =>
        Assert.True(Check(schema => Set(schema, path, value)) is [], change);

    [Theory]
    [InlineData("""["at","weight","size","lines","note"]""", "properties/note: became required: events written before")]
    [InlineData("""["at","size","lines"]""", "properties/weight: became optional: readers built before")]
    [InlineData("""["lines","size","weight","at"]""", null)]
    public void What_is_required_stays_required_and_nothing_else_becomes_so(string required, string? expected)
    {
        var found = Check(schema => schema["required"] = JsonNode.Parse(required));
        Assert.Equal(expected is null ? 0 : 1, found.Count);
        Assert.All(found, broken => Assert.Contains(expected!, broken.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void A_new_field_that_is_required_breaks_readers_of_older_events()
    {
        var found = Check(schema =>
        {
            Set(schema, "colour", """{ "type": "string" }""");
            schema["required"]!.AsArray().Add("colour");
        });
        Assert.StartsWith($"{Name} /properties/colour: is new and required", Assert.Single(found).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_renamed_field_is_found_at_both_ends()
    {
        var found = Check(schema =>
        {
            Set(schema, "weight", "-");
            Set(schema, "mass", """{ "type": "integer" }""");
            schema["required"] = new JsonArray("at", "mass", "size", "lines");
        });
        Assert.Equal([$"{Name} /properties/weight", $"{Name} /properties/mass"], found.Select(broken => broken.Where));
    }

    [Theory]
    [InlineData("order-packed.v1", null)]
    [InlineData("order-packed.v1 order-packed.v2", null)]
    [InlineData("order-packed.v1 order-sealed.v1", null)]
    [InlineData("order-packed.v2", "order-packed.v1: was released and is gone")]
    [InlineData("order-boxed.v1", "order-packed.v1: was released and is gone")]
    [InlineData("", "order-packed.v1: was released and is gone")]
    [InlineData("order-packed.v1 order-packed.v3", "order-packed.v3: comes after order-packed.v2, which does not exist")]
    public void What_was_released_stays_and_what_comes_is_numbered(string names, string? expected)
    {
        var now = names.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToDictionary(name => name, _ => Schema());
        var found = Compatibility.Check(new Dictionary<string, JsonObject> { [Name] = Schema() }, now).Select(broken => broken.ToString());
        Assert.Equal(expected is not null, found.Any(broken => broken.StartsWith(expected!, StringComparison.Ordinal)));
        Assert.True(expected is not null || !found.Any());
    }

    [Fact]
    public void Every_field_that_was_released_is_guarded()
    {
        foreach (var (name, schema) in CommittedContracts.Schemas())
        {
            foreach (var field in schema["properties"]!.AsObject().Select(member => member.Key))
            {
                var without = (JsonObject)schema.DeepClone();
                without["properties"]!.AsObject().Remove(field);
                Assert.NotEmpty(Compatibility.Check(name, schema, without));
            }
        }
    }

    private static IReadOnlyList<Incompatibility> Check(Action<JsonObject> change)
    {
        var now = Schema();
        change(now);
        return Compatibility.Check(Name, Schema(), now);
    }

    private static JsonObject Schema() => (JsonObject)JsonNode.Parse(Released)!;

    private static void Set(JsonObject schema, string path, string value)
    {
        var names = path.Split('/');
        var parent = names[..^1].Aggregate(schema["properties"]!, (node, name) => node[name]!).AsObject();
        parent.Remove(names[^1]);
        if (value != "-")
            parent[names[^1]] = JsonNode.Parse(value);
    }
}
