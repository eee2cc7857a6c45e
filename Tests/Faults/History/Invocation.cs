using OrleansOrders.Domain;

namespace OrleansOrders.Tests.Faults;

/// <summary>What the client of one sending knows afterwards.</summary>
internal enum Outcome
{
    /// <summary>No answer, or one that says that nobody knows: it may be done, now or later, once.</summary>
    Unknown,

    /// <summary>Acknowledged: done, and durable.</summary>
    Done,

    /// <summary>Refused by the rules, for good: the same key is refused again.</summary>
    Refused,

    /// <summary>The key belongs to a request with another body.</summary>
    KeyReused,

    /// <summary>This sending was not taken, and nothing says that its command was ever decided.</summary>
    NotTaken,
}

/// <summary>One sending of a command and what it got.</summary>
/// <param name="Begun">When it was sent, in the history's own count; <paramref name="Ended"/>: when the outcome was known.</param>
/// <param name="Stream">The stream that it is about, <c>order-4711</c>.</param>
/// <param name="Fingerprint">Of address and body: under one key, only one of them may ever be carried out.</param>
internal sealed record Invocation(
    long Begun, long Ended, string Tenant, string Key, string Stream, string Fingerprint, Outcome Outcome)
{
    /// <summary>Why not, when it was not done.</summary>
    public string? Code { get; init; }

    public bool IsReplayed { get; init; }

    /// <summary>The stream's version that a done one left.</summary>
    public long Version { get; init; }

    /// <summary>Where that version stands in the log.</summary>
    public long Position { get; init; }

    /// <summary>The answer's text.</summary>
    public string Reply { get; init; } = "";

    /// <summary>As the API derives it, so that what the log says of it can be found; another where it did not come through the API.</summary>
    public Guid CommandId { get; init; } = Ids.Derive("http", Tenant, Key);

    public override string ToString() => $"{Tenant}/{Key} for {Stream}";
}

/// <summary>A look at a stream's read model that asked for no less than a position.</summary>
/// <param name="Version">The version that was shown; 0 when nothing was found.</param>
internal sealed record Reading(
    long Begun, long Ended, string Tenant, string Stream, long MinPosition, long Version, string Reply)
{
    public override string ToString() => $"{Tenant}/{Stream} read at {Begun}";
}
