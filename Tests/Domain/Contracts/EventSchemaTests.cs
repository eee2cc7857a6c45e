using System.Text.Json.Nodes;
using OrleansOrders.Domain;
using OrleansOrders.Tests.Domain.Support;
using OrleansOrders.Tests.Golden;

namespace OrleansOrders.Tests.Domain.Contracts;

public sealed class EventSchemaTests
{
    private static readonly IReadOnlyDictionary<string, JsonObject> Schemas = CommittedContracts.Schemas();

    public static TheoryData<string> Goldens => [.. GoldenFiles.Names];

    public static TheoryData<string> Released => [.. Schemas.Keys.Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Goldens))]
    public void A_golden_event_is_valid_by_its_schema(string golden) =>
        Assert.Empty(SchemaValidator.Validate(SchemaOf(golden), JsonNode.Parse(GoldenFiles.Read(golden))));

    [Theory, MemberData(nameof(Released))]
    public void An_example_is_valid_by_its_schema_and_can_be_read(string storedName)
    {
        var example = Assert.Single(Schemas[storedName]["examples"]!.AsArray())!;
        Assert.Empty(SchemaValidator.Validate(Schemas[storedName], example));
        EventCatalog.Decode(storedName, System.Text.Encoding.UTF8.GetBytes(example.ToJsonString()));
    }

    [Theory, MemberData(nameof(Released))]
    public void A_schema_says_more_than_nothing(string storedName)
    {
        var schema = Schemas[storedName];
        var example = (JsonObject)schema["examples"]![0]!;
        foreach (var required in schema["required"]!.AsArray().Select(name => (string)name!))
        {
            var without = (JsonObject)example.DeepClone();
            without.Remove(required);
            Assert.Contains($"$ lacks {required}", SchemaValidator.Validate(schema, without));
        }
        foreach (var field in example.Select(member => member.Key))
        {
            var other = (JsonObject)example.DeepClone();
            other[field] = 1.5;
            Assert.NotEmpty(SchemaValidator.Validate(schema, other));
        }
    }

    [Theory, MemberData(nameof(Goldens))]
    public void An_event_with_fields_of_a_later_version_is_read_as_if_they_were_not_there(string golden)
    {
        var later = (JsonObject)JsonNode.Parse(GoldenFiles.Read(golden))!;
        AddUnknown(later);
        var read = EventCatalog.Decode(GoldenEvents.StoredNameOf(golden), System.Text.Encoding.UTF8.GetBytes(later.ToJsonString()));
        Assert.Equal(Samples.Describe(GoldenEvents.Expected[golden]), Samples.Describe(read));
        Assert.Empty(SchemaValidator.Validate(SchemaOf(golden), later));
    }

    private static JsonObject SchemaOf(string golden) => Schemas[GoldenEvents.StoredNameOf(golden)];

    private static void AddUnknown(JsonNode? node)
    {
        if (node is JsonArray elements)
        {
            foreach (var element in elements)
                AddUnknown(element);
        }
        else if (node is JsonObject members)
        {
            foreach (var (_, member) in members.ToArray())
                AddUnknown(member);
            members["addedLater"] = new JsonObject { ["deep"] = new JsonArray(1, "two", null) };
        }
    }
}
