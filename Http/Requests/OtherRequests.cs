using System.ComponentModel.DataAnnotations;
using OrleansOrders.Domain;

namespace OrleansOrders.Http;

/// <summary>A command that needs nothing but its address; the body may be left out.</summary>
public sealed record EmptyRequest;

/// <summary>A command that needs a reason.</summary>
public sealed record ReasonRequest
{
    [Required, Length(1, Limits.TextLength)]
    public string? Reason { get; init; }
}

public sealed record RefundRequest
{
    /// <summary>Minor units of the payment's currency.</summary>
    [Required, Range(1, Limits.OrderTotal)]
    public long? Amount { get; init; }

    [Required, Length(1, Limits.TextLength)]
    public string? Reason { get; init; }
}

public sealed record ReceiptRequest
{
    [Required, Range(1, Limits.Quantity)]
    public long? Quantity { get; init; }
}

public sealed record CustomerRequest
{
    [Required, Length(1, ApiLimits.NameLength)]
    public string? Name { get; init; }

    [MaxLength(ApiLimits.EmailLength)]
    public string? Email { get; init; }

    [Length(3, 32)]
    public string? Phone { get; init; }

    [MaxLength(Limits.TextLength)]
    public string? Address { get; init; }

    [Length(1, ApiLimits.ShortTextLength)]
    public string? Country { get; init; }
}

public sealed record RebuildRequest
{
    /// <summary>The switch is refused when more rows than this differ; any number when absent.</summary>
    public long? MaximumDifferences { get; init; }
}
