using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;

namespace OrleansOrders.Http;

internal enum KeyUse
{
    /// <summary>The request changes nothing, or is the same when repeated.</summary>
    None,
    Optional,
    Required,
}

/// <param name="Schema"><c>integer</c>, <c>date</c>, <c>time</c> or <c>string</c>.</param>
internal sealed record QueryParameter(string Name, string Schema, string Description)
{
    public IReadOnlyList<string>? Values { get; init; }

    public static readonly QueryParameter MinPosition = new(
        "min-position", "integer", "Answer from a projection that has applied this log position; waits up to 2 s, then 503.");

    public static readonly QueryParameter AnyPosition = new(
        "min-position", "integer", "Taken so that every query can be asked alike; this answer comes from the log, which is never behind.");

    public static readonly QueryParameter Cursor = new("cursor", "string", "Where the page begins: an earlier answer's next.");

    public static readonly QueryParameter Limit = new("limit", "integer", "Items per page, 1 to 200; 50 when absent.");
}

/// <summary>What a route is: how it is reached, who may call it, what goes in and what comes out. OpenAPI is made from it.</summary>
/// <param name="Scope">One of <see cref="Scopes"/>.</param>
/// <param name="Name">The operation's id, <c>createOrder</c>.</param>
internal sealed record RouteContract(string Method, string Pattern, string Scope, string Name, string Summary)
{
    public string Tag { get; init; } = "";

    public KeyUse Key { get; init; }

    /// <summary>Whether <c>If-Match</c> is obeyed.</summary>
    public bool IsConditional { get; init; }

    public JsonTypeInfo? Body { get; init; }

    public bool IsBodyOptional { get; init; }

    /// <summary>The status of a success.</summary>
    public int Success { get; init; } = 200;

    /// <summary>A second status of a success, of the same type; 0 for none.</summary>
    public int OtherSuccess { get; init; }

    /// <summary>The type of a success, or null when it has no body.</summary>
    public Type? Reply { get; init; }

    /// <summary>Whether it is part of the API, and of its description.</summary>
    public bool IsDescribed { get; init; } = true;

    /// <summary>What a success is written in.</summary>
    public string MediaType { get; init; } = "application/json";

    /// <summary>
    /// Whether a success goes on until one of both sides ends it. Such a route has a limit of its own instead of a place
    /// among the requests that are answered.
    /// </summary>
    public bool IsStream { get; init; }

    /// <summary>Whether it is for those who watch the process: it is answered when the process is busy, most of all then.</summary>
    public bool IsForWatching { get; init; }

    /// <summary>Whether a success carries <c>ETag</c>.</summary>
    public bool HasEntityTag { get; init; }

    /// <summary>Whether it is an operator's action: on record before it happens.</summary>
    public bool IsAudited { get; init; }

    public ImmutableArray<QueryParameter> Query { get; init; } = [];
}
