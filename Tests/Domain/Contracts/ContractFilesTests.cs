using System.Reflection;
using System.Text.Json.Nodes;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Contracts;
using OrleansOrders.Tests.Golden;

namespace OrleansOrders.Tests.Domain.Contracts;

public sealed class ContractFilesTests
{
    [Fact]
    public void The_committed_documents_are_what_the_code_says()
    {
        var different = ContractFiles.All().Where(file => !File.Exists(PathOf(file.Key)) || File.ReadAllText(PathOf(file.Key)) != file.Value);
        Assert.True(!different.Any(), $"If the change is meant: ./orders contracts, then commit docs/events. Different: {string.Join(", ", different.Select(file => file.Key))}");
    }

    [Fact]
    public void There_is_no_document_that_the_code_does_not_know()
    {
        var committed = Directory.GetFiles(CommittedContracts.Folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(CommittedContracts.Folder, file).Replace('\\', '/'));
        Assert.Equal(ContractFiles.All().Keys.Order(StringComparer.Ordinal), committed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Nothing_that_was_promised_is_broken() =>
        Assert.Empty(Compatibility.Check(CommittedContracts.Schemas(), ContractFiles.Schemas()));

    [Fact]
    public void Every_version_that_was_promised_has_golden_events() =>
        Assert.Empty(CommittedContracts.Schemas().Keys.Except(GoldenFiles.Names.Select(GoldenEvents.StoredNameOf)));

    [Fact]
    public void Every_event_is_described_once_and_every_description_has_its_event() => Assert.Equal(
        ReleasedEvents.All.Select(released => released.StoredName).Order(StringComparer.Ordinal),
        EventText.All.Select(text => text.StoredName).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_field_is_described_and_every_number_has_a_unit()
    {
        foreach (var (name, schema) in ContractFiles.Schemas())
        {
            foreach (var (field, of) in Fields(schema))
            {
                Assert.True(of["description"] is not null, $"{field} of {name} is not described: Domain/Contracts/FieldTexts.cs");
                Assert.True(((string?)of["type"] == "integer") == (of["x-unit"] is not null), $"{field} of {name}: a number has a unit, nothing else has one");
            }
        }
    }

    [Fact]
    public void Every_description_of_a_field_is_used()
    {
        var used = ContractFiles.Schemas().Values.SelectMany(Fields).Select(field => (field.Name, (string)field.Schema["description"]!)).ToHashSet();
        Assert.All(FieldTexts.Common, text => Assert.Contains((text.Key, text.Value.Meaning), used));
        Assert.All(FieldTexts.OfTypes, text => Assert.Contains((text.Key.Field, text.Value.Meaning), used));
    }

    [Theory]
    [InlineData(typeof(PublishedEvents.Headers), "headers")]
    [InlineData(typeof(PublishedEvents.DeadLetterHeaders), "dead-letter-headers")]
    public void Every_header_is_described_and_every_described_header_exists(Type names, string schema)
    {
        var constants = names.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!);
        var described = CommittedContracts.AsyncApi()["components"]!["schemas"]![schema]!["properties"]!.AsObject();
        Assert.Equal(constants.Order(StringComparer.Ordinal), described.Select(header => header.Key).Order(StringComparer.Ordinal));
        Assert.All(described.Where(header => header.Value!["pattern"] is not null), header =>
            Assert.Matches((string)header.Value!["pattern"]!, (string)header.Value!["examples"]![0]!));
    }

    [Fact]
    public void The_asyncapi_document_has_every_topic_and_every_event_in_its_topic()
    {
        var channels = CommittedContracts.AsyncApi()["channels"]!.AsObject();
        Assert.Equal(
            PublishedEvents.Topics.Append(PublishedEvents.DeadLetterTopic).Order(StringComparer.Ordinal),
            channels.Select(channel => (string)channel.Value!["address"]!).Order(StringComparer.Ordinal));
        Assert.All(ReleasedEvents.All, released => Assert.Contains(
            channels.Single(channel => (string)channel.Value!["address"]! == PublishedEvents.TopicOf(released.StreamType)).Value!["messages"]!.AsObject(),
            message => message.Key == released.StoredName));
    }

    [Fact]
    public void Every_reference_of_the_asyncapi_document_leads_somewhere()
    {
        var document = CommittedContracts.AsyncApi();
        var references = References(document).ToArray();
        Assert.All(references, reference => Assert.True(reference.StartsWith("#/", StringComparison.Ordinal)
            ? reference[2..].Split('/').Aggregate((JsonNode?)document, (node, name) => node?[name]) is not null
            : File.Exists(PathOf(reference)), reference));
        Assert.True(references.Length > 2 * ReleasedEvents.All.Count);
    }

    private static string PathOf(string path) => Path.Combine(CommittedContracts.Folder, path);

    private static IEnumerable<(string Name, JsonObject Schema)> Fields(JsonObject schema)
    {
        foreach (var (name, node) in schema["properties"] as JsonObject ?? [])
        {
            var field = (JsonObject)node!;
            yield return (name, field);
            foreach (var below in Fields(field["items"] as JsonObject ?? field))
                yield return below;
        }
    }

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => member.Key == "$ref" ? [(string)member.Value!] : References(member.Value)),
        JsonArray elements => elements.SelectMany(References),
        _ => [],
    };
}
