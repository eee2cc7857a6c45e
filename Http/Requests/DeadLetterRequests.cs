using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using OrleansOrders.Domain;

namespace OrleansOrders.Http;

/// <summary>What is to be read in place of an event that cannot be.</summary>
public sealed record RepairEventRequest
{
    /// <summary>The stored name that the data is read under, like order-placed.v1; the event's own when absent.</summary>
    [MaxLength(ApiLimits.SearchLength)]
    public string? Type { get; init; }

    /// <summary>An object: the event's data, as the schema of its stored name says.</summary>
    [Required]
    public JsonElement? Data { get; init; }

    [Required, Length(1, Limits.TextLength)]
    public string? Reason { get; init; }
}

public sealed record ReplayRequest
{
    [Required, Length(1, Limits.TextLength)]
    public string? Reason { get; init; }

    /// <summary>Says what would happen, and changes nothing. False when absent.</summary>
    public bool? DryRun { get; init; }
}

/// <summary>Which open letters are replayed. All conditions hold together; absent means any.</summary>
public sealed record ReplaySetRequest
{
    [Required, Length(1, Limits.TextLength)]
    public string? Reason { get; init; }

    /// <summary>Says what would happen, and changes nothing. False when absent.</summary>
    public bool? DryRun { get; init; }

    [MaxLength(ApiLimits.SearchLength)]
    public string? Consumer { get; init; }

    /// <summary>The events' stored name.</summary>
    [MaxLength(ApiLimits.SearchLength)]
    public string? Type { get; init; }

    /// <summary>Type and id, like order-7f3k.</summary>
    [MaxLength(ApiLimits.SearchLength)]
    public string? Stream { get; init; }
}
