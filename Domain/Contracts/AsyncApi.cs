using System.Text.Json.Nodes;

namespace OrleansOrders.Domain.Contracts;

/// <summary>The topics and messages as an AsyncAPI 3.0 document.</summary>
internal static class AsyncApi
{
    private const string KafkaBinding = "0.5.0";
    private const string DeadLetters = "dead-letters";

    private static readonly string[] StreamTypes = [.. ReleasedEvents.All.Select(released => released.StreamType).Distinct()];

    public static JsonObject Document() => new()
    {
        ["asyncapi"] = "3.0.0",
        ["info"] = new JsonObject
        {
            ["title"] = "OrleansOrders events",
            ["version"] = "1.0.0",
            ["description"] = "Every committed event of every order, payment, stock item, shipment, customer and fulfilment: once or more, in order for each stream.",
        },
        ["defaultContentType"] = "application/json",
        ["channels"] = Object(StreamTypes.Select(type => (type, Channel(type))).Append((DeadLetters, DeadLetterChannel()))),
        ["operations"] = Object(StreamTypes.Append(DeadLetters).Select(channel => ($"publish-{channel}", Operation(channel)))),
        ["components"] = new JsonObject
        {
            ["messages"] = Object(ReleasedEvents.All.Select(released => (released.StoredName, Message(released))).Append(("dead-letter", DeadLetter())).Append(("parked-stream", ParkedStream()))),
            ["schemas"] = new JsonObject { ["headers"] = Headers(HeaderText.All), ["dead-letter-headers"] = Headers(HeaderText.DeadLetters) },
        },
    };

    private static JsonObject Channel(string streamType) => Channel(
        PublishedEvents.TopicOf(streamType), $"The events of every {streamType} stream.",
        Object(ReleasedEvents.All.Where(released => released.StreamType == streamType)
            .Select(released => (released.StoredName, Reference("components/messages", released.StoredName)))));

    private static JsonObject DeadLetterChannel() => Channel(
        PublishedEvents.DeadLetterTopic, "What consumers could not take.",
        new JsonObject
        {
            ["dead-letter"] = Reference("components/messages", "dead-letter"),
            ["parked-stream"] = Reference("components/messages", "parked-stream"),
        });

    private static JsonObject Channel(string topic, string description, JsonObject messages) => new()
    {
        ["address"] = topic,
        ["description"] = description,
        ["messages"] = messages,
        ["bindings"] = new JsonObject
        {
            ["kafka"] = new JsonObject
            {
                ["topic"] = topic,
                ["partitions"] = PublishedEvents.Partitions,
                ["topicConfiguration"] = new JsonObject { ["cleanup.policy"] = new JsonArray("delete"), ["retention.ms"] = -1 },
                ["bindingVersion"] = KafkaBinding,
            },
        },
    };

    private static JsonObject Operation(string channel) => new()
    {
        ["action"] = "send",
        ["channel"] = Reference("channels", channel),
        ["summary"] = $"OrleansOrders publishes to {channel}.",
    };

    private static JsonObject Message(ReleasedEvent released)
    {
        var schema = EventSchemas.Of(released);
        return new()
        {
            ["name"] = released.StoredName,
            ["title"] = released.StoredName,
            ["summary"] = schema["description"]!.DeepClone(),
            ["headers"] = new JsonObject
            {
                ["allOf"] = new JsonArray(
                    Reference("components/schemas", "headers"),
                    new JsonObject { ["properties"] = new JsonObject { [PublishedEvents.Headers.Type] = new JsonObject { ["const"] = released.StoredName } } }),
            },
            ["payload"] = new JsonObject { ["$ref"] = $"./{ContractFiles.PathOf(released.StoredName)}" },
            ["correlationId"] = new JsonObject { ["location"] = $"$message.header#/{PublishedEvents.Headers.CorrelationId}" },
            ["bindings"] = KeyBinding("The stream: its events are in one partition, in order."),
            ["examples"] = new JsonArray(new JsonObject { ["payload"] = ((JsonArray)schema["examples"]!)[0]!.DeepClone() }),
        };
    }

    private static JsonObject DeadLetter() => new()
    {
        ["name"] = "dead-letter",
        ["title"] = "dead-letter",
        ["summary"] = "What a consumer could not take: with its own key, headers and value, whatever they are.",
        ["headers"] = Reference("components/schemas", "dead-letter-headers"),
        ["bindings"] = KeyBinding("The key of the message that it stands for."),
    };

    private static JsonObject ParkedStream() => new()
    {
        ["name"] = "parked-stream",
        ["title"] = "parked-stream",
        ["summary"] = "A stream that waits for a person, because a consumer could not take one of its events. The event itself stays in the log.",
        ["headers"] = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject { [PublishedEvents.DeadLetterHeaders.Consumer] = new JsonObject { ["type"] = "string" } },
            ["required"] = new JsonArray(PublishedEvents.DeadLetterHeaders.Consumer),
        },
        ["payload"] = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = Object(ParkedStreamText.All.Select(field => (field.Name, new JsonObject
            {
                ["type"] = field.Type, ["description"] = field.Meaning,
            }))),
            ["required"] = new JsonArray([.. ParkedStreamText.All.Select(field => (JsonNode)field.Name)]),
        },
        ["bindings"] = KeyBinding("The stream that waits."),
    };

    private static JsonObject KeyBinding(string description) => new()
    {
        ["kafka"] = new JsonObject
        {
            ["key"] = new JsonObject { ["type"] = "string", ["description"] = description, ["examples"] = new JsonArray("order-7f3k") },
            ["bindingVersion"] = KafkaBinding,
        },
    };

    private static JsonObject Headers(IReadOnlyList<HeaderText> headers) => new()
    {
        ["type"] = "object",
        ["properties"] = Object(headers.Select(header => (header.Name, Header(header)))),
        ["required"] = new JsonArray([.. headers.Where(header => header.Always).Select(header => (JsonNode)header.Name)]),
    };

    private static JsonObject Header(HeaderText header)
    {
        var schema = new JsonObject { ["type"] = "string", ["description"] = header.Meaning, ["examples"] = new JsonArray(header.Example) };
        if (header.Pattern is not null)
            schema["pattern"] = header.Pattern;
        return schema;
    }

    private static JsonObject Reference(string place, string name) => new() { ["$ref"] = $"#/{place}/{name}" };

    private static JsonObject Object(IEnumerable<(string Name, JsonObject Value)> members) =>
        new(members.Select(member => KeyValuePair.Create(member.Name, (JsonNode?)member.Value)));
}
