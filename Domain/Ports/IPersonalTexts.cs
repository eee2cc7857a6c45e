namespace OrleansOrders.Domain.Ports;

/// <summary>
/// Makes readable what was stored sealed. States, read models and messages carry sealed texts as they are; they are opened
/// where a person reads them, and only there. What cannot be opened any more reads <see cref="EventTexts.Erased"/>.
/// </summary>
public interface IPersonalTexts
{
    /// <param name="tenant">Only this tenant's texts are opened.</param>
    /// <param name="json">Any JSON, UTF-8; the same memory comes back when nothing in it is sealed.</param>
    /// <exception cref="UnavailableException">The keys cannot be read at the moment.</exception>
    ValueTask<ReadOnlyMemory<byte>> Open(string tenant, ReadOnlyMemory<byte> json, CancellationToken cancellation);

    /// <summary>A text that stands beside the events, as in the audit: sealed, or what an erased one reads as.</summary>
    /// <param name="id">Of what it belongs to; the same text of the same one is sealed alike.</param>
    /// <exception cref="UnavailableException">The keys cannot be read at the moment.</exception>
    ValueTask<string> Seal(string tenant, string customerId, Guid id, string text, CancellationToken cancellation);

    /// <summary>The customer was erased, perhaps by another process: this one forgets the key now, not only in a while.</summary>
    void Forget(string tenant, string customerId);

    /// <summary>Whether anything was ever sealed for the customer, who need not be registered for that.</summary>
    /// <exception cref="UnavailableException">The keys cannot be read at the moment.</exception>
    Task<bool> Knows(string tenant, string customerId, CancellationToken cancellation);
}
