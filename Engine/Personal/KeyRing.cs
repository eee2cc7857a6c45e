using System.Collections.Concurrent;
using System.Security.Cryptography;
using OrleansOrders.EventStore;

namespace OrleansOrders.Engine.Personal;

/// <summary>
/// The customers' keys that this process has lately used. Each is asked for again after <see cref="PersonalTexts.Memory"/>,
/// counted from before it was read, so that no process uses a key for longer than that after it was destroyed elsewhere.
/// </summary>
internal sealed class KeyRing
{
    private const int MostKeys = 50_000;
    private const int MostAtOnce = 500;

    private readonly IPersonalKeyStore store;
    private readonly MasterKey master;
    private readonly TimeProvider time;
    private readonly ConcurrentDictionary<Guid, Kept> byId = [];
    private readonly ConcurrentDictionary<(string Tenant, string CustomerId), Kept> byCustomer = [];
    private readonly Gathered<(string Tenant, string CustomerId), PersonalKey> ensuring;
    private readonly Gathered<Guid, PersonalKey?> finding;

    public KeyRing(IPersonalKeyStore store, MasterKey master, TimeProvider time)
    {
        (this.store, this.master, this.time) = (store, master, time);
        ensuring = new(MostAtOnce, Ensure);
        finding = new(MostAtOnce, Find);
    }

    /// <summary>The customer's key, made when there is none yet. One that was destroyed says so.</summary>
    public ValueTask<PersonalKey> Of(string tenant, string customerId, CancellationToken cancellation) =>
        byCustomer.TryGetValue((tenant, customerId), out var kept) && IsFresh(kept)
            ? new ValueTask<PersonalKey>(kept.Key)
            : new ValueTask<PersonalKey>(ensuring.Ask((tenant, customerId), cancellation));

    /// <summary>The key with this id; null when nobody knows it.</summary>
    public ValueTask<PersonalKey?> Of(Guid keyId, CancellationToken cancellation) =>
        byId.TryGetValue(keyId, out var kept) && IsFresh(kept)
            ? new ValueTask<PersonalKey?>(kept.Key)
            : new ValueTask<PersonalKey?>(finding.Ask(keyId, cancellation));

    /// <summary>The customer's key was destroyed by this process.</summary>
    public void Forget(string tenant, string customerId)
    {
        if (byCustomer.TryRemove((tenant, customerId), out var kept))
            byId.TryRemove(kept.Key.KeyId, out _);
    }

    private bool IsFresh(Kept kept) => time.GetElapsedTime(kept.AskedAt) < PersonalTexts.Memory;

    private async Task<IReadOnlyList<PersonalKey>> Ensure(IReadOnlyList<(string Tenant, string CustomerId)> customers)
    {
        var asked = time.GetTimestamp();
        var candidates = customers.Distinct().Select(customer => master.Create(customer.Tenant, customer.CustomerId)).ToArray();
        var keys = new Dictionary<(string, string), PersonalKey>();
        foreach (var wrapped in await store.Ensure(candidates, CancellationToken.None))
            keys.Add((wrapped.Tenant, wrapped.CustomerId), Keep(wrapped, asked));
        return [.. customers.Select(customer => keys[customer])];
    }

    private async Task<IReadOnlyList<PersonalKey?>> Find(IReadOnlyList<Guid> keyIds)
    {
        var asked = time.GetTimestamp();
        var found = await store.Find([.. keyIds.Distinct()], CancellationToken.None);
        var keys = found.ToDictionary(wrapped => wrapped.KeyId, wrapped => Keep(wrapped, asked));
        return [.. keyIds.Select(keyId => keys.GetValueOrDefault(keyId))];
    }

    private PersonalKey Keep(WrappedKey wrapped, long asked)
    {
        var key = Unwrap(wrapped);
        if (byId.Count >= MostKeys)
        {
            byId.Clear(); // they are only memory; the next use asks again
            byCustomer.Clear();
        }
        var kept = new Kept(key, asked);
        byId[key.KeyId] = kept;
        byCustomer[(key.Tenant, key.CustomerId)] = kept;
        return key;
    }

    private PersonalKey Unwrap(WrappedKey wrapped)
    {
        try
        {
            return PersonalKey.Of(wrapped, master);
        }
        catch (CryptographicException failure)
        {
            throw new StoreUnavailableException($"A customer's key cannot be opened: {failure.Message}", failure);
        }
    }

    private readonly record struct Kept(PersonalKey Key, long AskedAt);
}
