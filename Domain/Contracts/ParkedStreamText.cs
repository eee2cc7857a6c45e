namespace OrleansOrders.Domain.Contracts;

/// <summary>The fields of the message that tells of a parked stream, in their order.</summary>
internal sealed record ParkedStreamText(string Name, string Type, string Meaning)
{
    public static IReadOnlyList<ParkedStreamText> All { get; } =
    [
        new("id", "string", "The dead letter's id: a message that comes twice has it twice."),
        new("consumer", "string", "Who could not take the event: publisher, reactions, notifications or a read model's name."),
        new("tenant", "string", "Whose stream it is."),
        new("streamId", "string", "The stream; the key as well."),
        new("version", "integer", "Of the event; it and the stream's later events wait."),
        new("position", "integer", "Of the event in the log."),
        new("eventId", "string", "The event's id."),
        new("type", "string", "The event's stored name."),
        new("cause", "string", "Why, in one line."),
        new("parkedAt", "string", "When, RFC 3339, UTC."),
    ];
}
