namespace OrleansOrders.EventStore;

/// <summary>The key of one customer's personal texts, as it is stored.</summary>
/// <param name="KeyId">What sealed texts name it by; never used again.</param>
/// <param name="MasterId">The master key that it is wrapped by; null when it is there no more.</param>
/// <param name="Wrapped">Null when the customer was erased: there is no key any more, and none will be made.</param>
public sealed record WrappedKey(string Tenant, string CustomerId, Guid KeyId, string? MasterId, byte[]? Wrapped);
