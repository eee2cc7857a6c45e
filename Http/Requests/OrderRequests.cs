using System.ComponentModel.DataAnnotations;

namespace OrleansOrders.Http;

// Members are nullable although most are required: a missing one is reported with all the others, not as the only one.

/// <summary>A new order.</summary>
public sealed record CreateOrderRequest
{
    [Required]
    public string? CustomerId { get; init; }

    /// <summary>ISO 4217.</summary>
    [Required]
    public string? Currency { get; init; }

    [Required]
    public string? PaymentMethod { get; init; }

    public string? ShippingAddress { get; init; }

    public string? Country { get; init; }

    /// <summary>ISO 8601 with an offset; now when absent.</summary>
    public string? OccurredAt { get; init; }

    /// <summary>True when absent; false makes a draft.</summary>
    public bool? Place { get; init; }

    [Required, Length(1, 100)]
    public LineRequest?[]? Lines { get; init; }
}

/// <summary>One line: its price is in minor units of the order's currency.</summary>
public sealed record LineRequest
{
    [Required]
    public string? Sku { get; init; }

    [Required]
    public long? Quantity { get; init; }

    [Required]
    public long? UnitPrice { get; init; }

    public string? Description { get; init; }
}

public sealed record AddItemsRequest
{
    [Required, Length(1, 100)]
    public LineRequest?[]? Lines { get; init; }
}

public sealed record ShipRequest
{
    [Required]
    public string? Carrier { get; init; }

    [Required]
    public string? TrackingNumber { get; init; }
}

public sealed record ReturnLineRequest
{
    [Required]
    public string? Sku { get; init; }

    [Required]
    public long? Quantity { get; init; }
}

public sealed record ReturnRequest
{
    [Required, Length(1, 100)]
    public ReturnLineRequest?[]? Lines { get; init; }

    [Required]
    public string? Reason { get; init; }
}
