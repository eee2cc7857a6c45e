using System.ComponentModel.DataAnnotations;
using OrleansOrders.Domain;

namespace OrleansOrders.Http;

/// <summary>Where events are sent, and which.</summary>
public sealed record WebhookRequest
{
    /// <summary>http or https, without user and password.</summary>
    [Required, MaxLength(ApiLimits.UrlLength)]
    public string? Url { get; init; }

    /// <summary>Names of events without their version, like order-placed. All when absent or empty.</summary>
    public string?[]? EventTypes { get; init; }

    [MaxLength(Limits.TextLength)]
    public string? Description { get; init; }

    /// <summary>True when absent.</summary>
    public bool? Enabled { get; init; }
}

/// <summary>What is changed; an absent member stays as it is.</summary>
public sealed record WebhookChangeRequest
{
    /// <summary>http or https, without user and password.</summary>
    [MaxLength(ApiLimits.UrlLength)]
    public string? Url { get; init; }

    /// <summary>Names of events without their version, like order-placed; an empty list for all.</summary>
    public string?[]? EventTypes { get; init; }

    [MaxLength(Limits.TextLength)]
    public string? Description { get; init; }

    public bool? Enabled { get; init; }

    /// <summary>Where it goes on: stopped, where it stopped, or now, which leaves out what happened since. Stopped when absent.</summary>
    public string? From { get; init; }
}

public sealed record RotateRequest
{
    /// <summary>How long the secret before signs too. 24 when absent.</summary>
    [Range(0, ApiLimits.LongestGraceHours)]
    public long? GraceHours { get; init; }
}

/// <summary>Which failed deliveries are sent again.</summary>
public sealed record ResendRequest
{
    /// <summary>Those that were made at this time or later.</summary>
    [Required]
    public string? Since { get; init; }

    [Required, Length(1, Limits.TextLength)]
    public string? Reason { get; init; }
}
