using OrleansOrders.EventStore;

namespace OrleansOrders.Engine.Personal;

/// <summary>
/// Wraps the customers' keys anew under the first master key, so that earlier ones can be given up. The keys themselves stay
/// what they are, and with them everything that was sealed. It can be broken off and begun again at any line.
/// </summary>
public static class MasterKeyChange
{
    private const int MostAtOnce = 1_000;

    /// <returns>How many keys were wrapped anew, and the earlier master keys that still wrap some: of processes that have not been
    /// restarted with the new one in front.</returns>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A key is damaged, or its master key is not here.</exception>
    /// <exception cref="StoreUnavailableException">The database does not answer.</exception>
    public static async Task<(long Rewrapped, IReadOnlyList<string> InUse)> Run(
        PersonalKeyTable keys, MasterKey master, CancellationToken cancellation)
    {
        var rewrapped = 0L;
        while (await keys.ListWrappedByOthers(master.Ids[0], MostAtOnce, cancellation) is { Count: > 0 } old)
            rewrapped += await keys.Replace([.. old.Select(key => (key, master.Rewrap(key)))], cancellation);
        return (rewrapped, await keys.GiveUpMasters(master.Ids[0], cancellation));
    }
}
