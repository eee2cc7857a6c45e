using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Security.Cryptography;

namespace OrleansOrders.Http;

/// <summary>The keys that are known now. They may be replaced while requests are answered.</summary>
public sealed class KeyRing
{
    private volatile FrozenDictionary<ulong, ApiKey[]> byHash = FrozenDictionary<ulong, ApiKey[]>.Empty;

    /// <param name="keys">None: nobody has to say who he is.</param>
    public KeyRing(params IEnumerable<ApiKey> keys)
    {
        Replace(keys);
        IsRequired = byHash.Count > 0;
    }

    /// <summary>Settled at the start: a ring that once had keys never opens the API to everybody.</summary>
    public bool IsRequired { get; }

    public void Replace(IEnumerable<ApiKey> keys) => byHash = keys.GroupBy(key => Shelf(key.Sha256.Span))
        .ToFrozenDictionary(shelf => shelf.Key, shelf => shelf.ToArray());

    /// <summary>
    /// The key with this hash, or null. The shelf is found by the hash of what was sent, which tells a caller nothing that he
    /// does not know; the comparison itself takes the same time whatever it finds.
    /// </summary>
    public ApiKey? Find(ReadOnlySpan<byte> sha256)
    {
        ApiKey? found = null;
        foreach (var key in byHash.TryGetValue(Shelf(sha256), out var shelf) ? shelf : [])
        {
            if (CryptographicOperations.FixedTimeEquals(sha256, key.Sha256.Span))
                found = key;
        }
        return found;
    }

    private static ulong Shelf(ReadOnlySpan<byte> sha256) => BinaryPrimitives.ReadUInt64LittleEndian(sha256);
}
