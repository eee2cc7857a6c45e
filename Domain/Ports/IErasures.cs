namespace OrleansOrders.Domain.Ports;

/// <summary>A place that was looked through after an erasure.</summary>
/// <param name="Place">A table, as <c>schema.table</c>.</param>
/// <param name="Rows">How many rows it had.</param>
/// <param name="Readable">Rows in which one of the sought texts can be read. More than 0 is what erasure must prevent.</param>
/// <param name="Sealed">Rows that hold texts sealed under the destroyed key: nobody can open them.</param>
public sealed record ErasurePlace(string Place, long Rows, long Readable, long Sealed);

/// <summary>A place that was not looked through, and why.</summary>
public sealed record UncheckedPlace(string Place, string Why);

/// <summary>What was found where after a customer was erased.</summary>
/// <param name="Status"><c>checking</c> while the places are looked through, else <c>checked</c>.</param>
/// <param name="KeyForgottenAt">No process uses the destroyed key from memory after this.</param>
/// <param name="TextsSought">
/// How many of the customer's texts were looked for; they are taken just before the key is destroyed and kept nowhere. 0 when
/// the customer was erased before.
/// </param>
public sealed record ErasureReceipt(
    string CustomerId, string Status, DateTimeOffset ErasedAt, DateTimeOffset KeyForgottenAt, DateTimeOffset? CheckedAt, int TextsSought,
    IReadOnlyList<ErasurePlace> Places, IReadOnlyList<UncheckedPlace> Unchecked);

/// <summary>What can be read of a customer just now. In memory only.</summary>
public sealed record KnownTexts(string Tenant, string CustomerId, IReadOnlyList<string> Texts);

/// <summary>Proves erasures: looks for what was readable before in everything that is stored.</summary>
public interface IErasures
{
    /// <summary>Reads what is known of the customer, before the key goes. What cannot be read is left out.</summary>
    Task<KnownTexts> Gather(string tenant, string customerId, CancellationToken cancellation);

    /// <summary>Looks for these texts, in the background, and keeps the receipt.</summary>
    void Check(KnownTexts known);

    /// <summary>The newest receipt; null when the customer was not erased.</summary>
    /// <exception cref="UnavailableException">The database does not answer.</exception>
    Task<ErasureReceipt?> Find(string tenant, string customerId, CancellationToken cancellation);
}
