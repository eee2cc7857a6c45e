using static OrleansOrders.Domain.PublishedEvents;

namespace OrleansOrders.Domain.Contracts;

/// <summary>One header of a message: what it means, how it looks, and whether every message has it.</summary>
internal sealed record HeaderText(string Name, string Meaning, string Example, bool Always = true)
{
    /// <summary>A regular expression that every value matches.</summary>
    public string? Pattern { get; init; }

    public static IReadOnlyList<HeaderText> All { get; } =
    [
        new(Headers.SpecVersion, "CloudEvents 1.0.", "1.0") { Pattern = "^1\\.0$" },
        new(Headers.Id, "The event's id. A message that is seen twice has the same: deduplicate by it.", "0f8fad5b-d9cb-869f-a165-70867728950e")
        {
            Pattern = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
        },
        new(Headers.Type, "The event's name with its version.", "order-placed.v1") { Pattern = "^[a-z-]+\\.v[1-9][0-9]*$" },
        new(Headers.Source, "Tenant and stream type, percent-encoded.", "/tenants/default/order") { Pattern = "^/tenants/[^/]+/[^/]+$" },
        new(Headers.Subject, "The stream; the message's key as well.", "order-7f3k"),
        new(Headers.Time, "When it happened, RFC 3339, UTC.", "2026-03-01T12:30:15Z"),
        new(Headers.DataSchema, "Which JSON Schema describes the data: its `$id`.", "urn:orleansorders:event:order-placed.v1"),
        new(Headers.ContentType, "How the data is written: UTF-8 JSON.", "application/json"),
        new(Headers.Tenant, "Whose event it is.", "default"),
        new(Headers.StreamVersion, "The event's number in its stream, from 1, without gaps.", "3") { Pattern = Number },
        new(Headers.Position, "The event's number in the log, over all streams.", "1041") { Pattern = Number },
        new(
            Headers.PreviousPosition,
            "The position of the event before it in this partition of this topic; 0 for the first. Who is not there has missed something.",
            "1037") { Pattern = "^(0|[1-9][0-9]*)$" },
        new(Headers.RecordedTime, "When it was committed, RFC 3339, UTC.", "2026-03-01T12:30:15.012Z"),
        new(Headers.PublisherEpoch, "Which publisher sent it; one more with every change of publisher.", "4") { Pattern = Number },
        new(Headers.CorrelationId, "Shared by everything that one request set off.", "7c9e6679-7425-840d-a44b-e07fc1f90ae7"),
        new(Headers.CausationId, "The id of the event that caused it; absent when a person did.", "6ba7b810-9dad-81d1-80b4-00c04fd430c8", Always: false),
        new(
            Headers.TraceParent, "W3C Trace Context; absent when there was none.",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", Always: false),
        new(
            Headers.Repairs, "On a repaired event only: the id of the event that it stands for.",
            "0f8fad5b-d9cb-869f-a165-70867728950e", Always: false),
    ];

    /// <summary>What a message of the dead letters has besides the headers of the message that it stands for.</summary>
    public static IReadOnlyList<HeaderText> DeadLetters { get; } =
    [
        new(DeadLetterHeaders.Consumer, "Who could not take it.", "notifications"),
        new(DeadLetterHeaders.Topic, "The topic that it was read from.", "orders.order"),
        new(DeadLetterHeaders.Partition, "The partition of that topic.", "3") { Pattern = "^[0-9]+$" },
        new(DeadLetterHeaders.Offset, "The offset in that partition. The same place is the same message.", "1041") { Pattern = "^[0-9]+$" },
        new(DeadLetterHeaders.Cause, "Why, as a sentence.", "it is not a CloudEvent"),
    ];

    private const string Number = "^[1-9][0-9]*$";
}
