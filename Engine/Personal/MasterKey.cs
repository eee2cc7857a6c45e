using System.Security.Cryptography;
using System.Text;
using OrleansOrders.EventStore;

namespace OrleansOrders.Engine.Personal;

/// <summary>
/// What wraps the customers' keys. It lives outside of the database, so that neither the database nor a backup of it can be
/// read without it. The first key wraps; the others are earlier ones, which still open what they wrapped.
/// </summary>
public sealed class MasterKey
{
    /// <summary>Bytes of a key.</summary>
    public const int Length = 32;

    private const int NonceLength = 12;
    private const int TagLength = 16;

    private readonly Dictionary<string, byte[]> byId = [];

    /// <param name="keys">At least one, of 32 bytes each; the first wraps.</param>
    public MasterKey(params IReadOnlyList<byte[]> keys)
    {
        ArgumentOutOfRangeException.ThrowIfZero(keys.Count);
        if (keys.Any(key => key.Length != Length))
            throw new ArgumentException($"A master key has {Length} bytes.", nameof(keys));
        Ids = [.. keys.Select(IdOf)];
        foreach (var key in keys)
            byId[IdOf(key)] = key;
    }

    /// <summary>The keys' fingerprints: they tell keys apart and give nothing away.</summary>
    public IReadOnlyList<string> Ids { get; }

    /// <summary>A new key for the customer, wrapped.</summary>
    public WrappedKey Create(string tenant, string customerId) => Create(tenant, customerId, new Guid(RandomNumberGenerator.GetBytes(16)));

    /// <summary>A new key under that id, wrapped.</summary>
    internal WrappedKey Create(string tenant, string owner, Guid keyId) => Wrap(tenant, owner, keyId, RandomNumberGenerator.GetBytes(Length));

    /// <summary>The key again, wrapped by the first master key.</summary>
    public WrappedKey Rewrap(WrappedKey key) => Wrap(key.Tenant, key.CustomerId, key.KeyId, Unwrap(key));

    /// <exception cref="CryptographicException">The master key is not here, or the row is not what was written.</exception>
    internal byte[] Unwrap(WrappedKey key)
    {
        if (!byId.TryGetValue(key.MasterId ?? "", out var master))
            throw new CryptographicException($"Master key {key.MasterId} is not here.");
        var wrapped = key.Wrapped.AsSpan();
        if (wrapped.Length != NonceLength + TagLength + Length)
            throw new CryptographicException("A wrapped key is damaged.");
        var secret = new byte[Length];
        using var cipher = new AesGcm(master, TagLength);
        cipher.Decrypt(
            wrapped[..NonceLength], wrapped[(NonceLength + TagLength)..], wrapped[NonceLength..(NonceLength + TagLength)], secret,
            Owner(key.Tenant, key.CustomerId, key.KeyId));
        return secret;
    }

    private WrappedKey Wrap(string tenant, string customerId, Guid keyId, byte[] secret)
    {
        var wrapped = new byte[NonceLength + TagLength + Length];
        var nonce = wrapped.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(byId[Ids[0]], TagLength);
        cipher.Encrypt(
            nonce, secret, wrapped.AsSpan(NonceLength + TagLength), wrapped.AsSpan(NonceLength, TagLength),
            Owner(tenant, customerId, keyId));
        return new WrappedKey(tenant, customerId, keyId, Ids[0], wrapped);
    }

    // A row that is copied to another customer does not open there.
    private static byte[] Owner(string tenant, string customerId, Guid keyId) =>
        Encoding.UTF8.GetBytes($"{tenant.Length} {tenant} {customerId.Length} {customerId} {keyId:N}");

    private static string IdOf(byte[] key) =>
        Convert.ToHexStringLower(SHA256.HashData([.. "orders master key "u8, .. key]))[..16];
}
