using Npgsql;
using OrleansOrders.EventStore;

namespace OrleansOrders.Engine.Personal;

/// <summary>
/// Wraps the customers' keys and shared secrets anew under the first master key, so that earlier ones can be given up. They
/// themselves stay what they are, and with them everything that was sealed. It can be broken off and begun again at any line.
/// </summary>
public static class MasterKeyChange
{
    private const int MostAtOnce = 1_000;

    /// <param name="database">Of the log. Stays the caller's.</param>
    /// <returns>How many keys were wrapped anew, and the earlier master keys that still wrap some: of processes that have not been
    /// restarted with the new one in front.</returns>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A key is damaged, or its master key is not here.</exception>
    /// <exception cref="StoreUnavailableException">The database does not answer.</exception>
    public static async Task<(long Rewrapped, IReadOnlyList<string> InUse)> Run(
        NpgsqlDataSource database, MasterKey master, CancellationToken cancellation)
    {
        var (keys, rewrapped) = (new PersonalKeyTable(database), 0L);
        while (await SharedSecretTable.ListWrappedByOthers(database, master.Ids[0], MostAtOnce, cancellation) is { Count: > 0 } secrets)
        {
            foreach (var secret in secrets)
                rewrapped += await SharedSecretTable.Replace(database, secret.Key, master.Rewrap(secret.Key), cancellation);
        }
        while (await keys.ListWrappedByOthers(master.Ids[0], MostAtOnce, cancellation) is { Count: > 0 } old)
            rewrapped += await keys.Replace([.. old.Select(key => (key, master.Rewrap(key)))], cancellation);
        return (rewrapped, await keys.GiveUpMasters(master.Ids[0], cancellation));
    }
}
