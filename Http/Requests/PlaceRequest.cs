namespace OrleansOrders.Http;

/// <summary>Places a draft; the body may be left out.</summary>
public sealed record PlaceRequest
{
    /// <summary>ISO 8601 with an offset; now when absent.</summary>
    public string? OccurredAt { get; init; }
}
