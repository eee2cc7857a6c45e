using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansOrders.Domain.Contracts;

/// <summary>The catalog of events as a page for people.</summary>
internal static class CatalogPage
{
    public static string Text()
    {
        var page = new StringBuilder(Introduction());
        foreach (var type in ReleasedEvents.All.GroupBy(released => released.StreamType))
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {type.Key}\n\nTopic `{PublishedEvents.TopicOf(type.Key)}`.\n");
            foreach (var released in type)
                Describe(released, page);
        }
        return page.ToString();
    }

    private static void Describe(ReleasedEvent released, StringBuilder page)
    {
        var schema = EventSchemas.Of(released);
        page.Append(CultureInfo.InvariantCulture, $"\n### {released.StoredName}\n\n{schema["description"]}");
        if (released.NextVersion is { } next)
            page.Append(CultureInfo.InvariantCulture, $" Not written any more; read as [{next}](#{Anchor(next)}).");
        if (Upcasters.All.FirstOrDefault(upcaster => upcaster.To == released.StoredName) is { } upcaster)
            page.Append(CultureInfo.InvariantCulture, $" Events of [{upcaster.From}](#{Anchor(upcaster.From)}) are read as this.");
        page.Append(CultureInfo.InvariantCulture, $" [Schema]({ContractFiles.PathOf(released.StoredName)})\n\n");
        page.Append("| field | type | unit | required | meaning |\n|---|---|---|---|---|\n");
        Rows("", schema, page);
        page.Append(CultureInfo.InvariantCulture, $"\n```json\n{((JsonArray)schema["examples"]!)[0]!.ToJsonString(ContractJson.Compact)}\n```\n");
    }

    private static void Rows(string prefix, JsonObject schema, StringBuilder page)
    {
        var required = (schema["required"] as JsonArray ?? []).Select(name => (string)name!).ToHashSet();
        foreach (var (name, node) in (JsonObject)schema["properties"]!)
        {
            var field = (JsonObject)node!;
            page.Append(
                CultureInfo.InvariantCulture,
                $"| `{prefix}{name}` | {TypeOf(field)} | {field[EventSchemas.Unit]} | {(required.Contains(name) ? "yes" : "no")} | {field["description"]} |\n");
            if (field["properties"] is not null)
                Rows($"{prefix}{name}.", field, page);
            else if (field["items"] is JsonObject { } items && items["properties"] is not null)
                Rows($"{prefix}{name}[].", items, page);
        }
    }

    private static string TypeOf(JsonObject field) => field switch
    {
        _ when field["enum"] is JsonArray values => string.Join(", ", values.Select(value => $"`{value}`")),
        _ when field["format"] is { } format => $"{field["type"]} ({format})",
        _ => (string)field["type"]!,
    };

    private static string Anchor(string storedName) => storedName.Replace(".", "", StringComparison.Ordinal);

    private static string Introduction() => $"""
        # The catalog of events

        Every event that this system ever wrote, and where others find it. Written by `orders contracts` from the code; a test
        fails when it says something else than the code. The same for programs: [asyncapi.json](asyncapi.json), and one JSON
        Schema for each version of each event in [schemas]({ContractFiles.SchemaFolder}/).

        ## How to read the topics

        - One topic for each kind of stream, {PublishedEvents.Partitions} partitions each, kept for ever. The message's key is the stream's name
          (`order-7f3k`), so the events of one order, payment, stock item, shipment, customer or fulfilment come in order.
          Nothing is promised about the order between streams.
        - Every committed event comes once or more, and none that was not committed. Deduplicate by `ce_id`, or keep the highest
          `ce_streamversion` for each key and drop what is not above it.
        - The value is the event's JSON as it stands below. Ignore fields that you do not know: an event may gain optional ones.
          Absent is how "none" is written; no field is ever null.
        - `ce_type` is the event's name with its version. Skip names that you do not know; new events may appear. A released
          version never loses, renames or retypes a field, an optional field never becomes required, a required one never
          optional, and no set of values changes: any of these makes a new version, and older events keep theirs for ever.
        - `{PublishedEvents.DeadLetterTopic}` has what consumers of ours could not take: with its own key, headers and value, and headers that say
          where it stood and why ({string.Join(", ", HeaderText.DeadLetters.Select(header => $"`{header.Name}`"))}). An event that a consumer could not take
          is told of there by a message of its own, which names the stream, the consumer and the cause; later events of that
          stream wait for that consumer until a person has seen to it.

        ## Headers

        CloudEvents 1.0 in Kafka's binary mode; the names with `ce_` that CloudEvents does not define are extensions of ours.

        | header | always | meaning | example |
        |---|---|---|---|
        {string.Join('\n', HeaderText.All.Select(header => $"| `{header.Name}` | {(header.Always ? "yes" : "no")} | {header.Meaning} | `{header.Example}` |"))}

        """.ReplaceLineEndings("\n");
}
