using System.ComponentModel.DataAnnotations;

namespace OrleansOrders.Http;

/// <summary>A command that needs nothing but its address; the body may be left out.</summary>
public sealed record EmptyRequest;

/// <summary>A command that needs a reason.</summary>
public sealed record ReasonRequest
{
    [Required]
    public string? Reason { get; init; }
}

public sealed record RefundRequest
{
    /// <summary>Minor units of the payment's currency.</summary>
    [Required]
    public long? Amount { get; init; }

    [Required]
    public string? Reason { get; init; }
}

public sealed record ReceiptRequest
{
    [Required]
    public long? Quantity { get; init; }
}

public sealed record CustomerRequest
{
    [Required]
    public string? Name { get; init; }

    public string? Email { get; init; }

    public string? Phone { get; init; }

    public string? Address { get; init; }

    public string? Country { get; init; }
}

public sealed record RebuildRequest
{
    /// <summary>The switch is refused when more rows than this differ; any number when absent.</summary>
    public long? MaximumDifferences { get; init; }
}
