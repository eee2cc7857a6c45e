using System.ComponentModel.DataAnnotations;
using OrleansOrders.Domain;

namespace OrleansOrders.Http;

// The attributes describe the API to its callers; Checks enforces it, with pointers.
// Members are nullable although most are required: a missing one is reported with all the others, not as the only one.

/// <summary>A new order.</summary>
public sealed record CreateOrderRequest
{
    [Required, RegularExpression(Texts.IdPattern)]
    public string? CustomerId { get; init; }

    /// <summary>ISO 4217.</summary>
    [Required, RegularExpression("^[A-Z]{3}$")]
    public string? Currency { get; init; }

    [Required, RegularExpression(Texts.PaymentMethodPattern)]
    public string? PaymentMethod { get; init; }

    [MaxLength(Limits.TextLength)]
    public string? ShippingAddress { get; init; }

    [Length(1, ApiLimits.ShortTextLength)]
    public string? Country { get; init; }

    /// <summary>ISO 8601 with an offset; now when absent.</summary>
    [RegularExpression(Texts.TimePattern)]
    public string? OccurredAt { get; init; }

    /// <summary>True when absent; false makes a draft.</summary>
    public bool? Place { get; init; }

    [Required, Length(1, Limits.LinesPerRequest)]
    public LineRequest?[]? Lines { get; init; }
}

/// <summary>One line: its price is in minor units of the order's currency.</summary>
public sealed record LineRequest
{
    [Required, RegularExpression(Texts.SkuPattern)]
    public string? Sku { get; init; }

    [Required, Range(1, Limits.Quantity)]
    public long? Quantity { get; init; }

    [Required, Range(1, Limits.UnitPrice)]
    public long? UnitPrice { get; init; }

    [MaxLength(Limits.TextLength)]
    public string? Description { get; init; }
}

public sealed record AddItemsRequest
{
    [Required, Length(1, Limits.LinesPerRequest)]
    public LineRequest?[]? Lines { get; init; }
}

/// <summary>The body may be left out.</summary>
public sealed record PlaceRequest
{
    /// <summary>ISO 8601 with an offset; now when absent. For orders that were taken elsewhere before.</summary>
    [RegularExpression(Texts.TimePattern)]
    public string? OccurredAt { get; init; }
}

public sealed record ShipRequest
{
    [Required, Length(1, ApiLimits.ShortTextLength)]
    public string? Carrier { get; init; }

    [Required, Length(1, ApiLimits.ShortTextLength)]
    public string? TrackingNumber { get; init; }
}

public sealed record ReturnLineRequest
{
    [Required, RegularExpression(Texts.SkuPattern)]
    public string? Sku { get; init; }

    [Required, Range(1, Limits.Quantity)]
    public long? Quantity { get; init; }
}

public sealed record ReturnRequest
{
    [Required, Length(1, Limits.LinesPerRequest)]
    public ReturnLineRequest?[]? Lines { get; init; }

    [Required, Length(1, Limits.TextLength)]
    public string? Reason { get; init; }
}
