namespace OrleansOrders.EventStore;

/// <summary>
/// Where the wrapped keys are. There is no call that erases: appending <c>customer-erased</c> to the customer's stream does,
/// in the same transaction.
/// </summary>
public interface IPersonalKeyStore
{
    /// <summary>The keys of these customers, in the same order; missing ones are made of what was brought along.</summary>
    /// <param name="candidates">One for each customer, none twice. Whoever was first decides; an erased customer stays erased.</param>
    /// <exception cref="StoreUnavailableException">The database does not answer.</exception>
    Task<IReadOnlyList<WrappedKey>> Ensure(IReadOnlyList<WrappedKey> candidates, CancellationToken cancellation);

    /// <summary>The keys with these ids; an id that nobody knows is left out.</summary>
    /// <exception cref="StoreUnavailableException">The database does not answer.</exception>
    Task<IReadOnlyList<WrappedKey>> Find(IReadOnlyCollection<Guid> keyIds, CancellationToken cancellation);

    /// <summary>Whether the customer has, or had, a key.</summary>
    /// <exception cref="StoreUnavailableException">The database does not answer.</exception>
    Task<bool> Knows(string tenant, string customerId, CancellationToken cancellation);
}
