using System.Security.Cryptography;
using System.Text;
using OrleansOrders.EventStore;

namespace OrleansOrders.Engine.Personal;

/// <summary>One customer's key in this process's memory, or the knowledge that there is none any more.</summary>
internal sealed class PersonalKey
{
    private readonly byte[]? encryption;
    private readonly byte[]? nonces;
    private readonly byte[] owner;

    /// <param name="secret">32 bytes; null when the customer was erased.</param>
    public PersonalKey(string tenant, string customerId, Guid keyId, byte[]? secret)
    {
        (Tenant, CustomerId, KeyId) = (tenant, customerId, keyId);
        owner = Encoding.UTF8.GetBytes($"{tenant.Length} {tenant} {customerId.Length} {customerId} ");
        if (secret is null)
            return;
        encryption = HKDF.Expand(HashAlgorithmName.SHA256, secret, MasterKey.Length, "orders personal texts: encryption"u8.ToArray());
        nonces = HKDF.Expand(HashAlgorithmName.SHA256, secret, MasterKey.Length, "orders personal texts: nonces"u8.ToArray());
    }

    public string Tenant { get; }

    public string CustomerId { get; }

    public Guid KeyId { get; }

    public bool IsErased => encryption is null;

    public static PersonalKey Of(WrappedKey key, MasterKey master) =>
        new(key.Tenant, key.CustomerId, key.KeyId, key.Wrapped is null ? null : master.Unwrap(key));

    /// <summary>
    /// Seals a text of an event. The nonce follows from the event and the text, so that deciding the same command again
    /// writes the same bytes, and two different texts never share one.
    /// </summary>
    public string Seal(Guid eventId, string text)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var bound = Bound(eventId);
        byte[] decided = [.. bound, .. plain];
        var nonce = HMACSHA256.HashData(nonces!, decided).AsSpan(0, SealedText.NonceLength);
        var sealedText = new byte[plain.Length];
        Span<byte> tag = stackalloc byte[SealedText.TagLength];
        using var cipher = new AesGcm(encryption!, SealedText.TagLength);
        cipher.Encrypt(nonce, plain, sealedText, tag, bound);
        return SealedText.Write(KeyId, eventId, nonce, tag, sealedText);
    }

    /// <returns>Null when it cannot be opened: the key is gone, or the text is not what was sealed.</returns>
    public string? Open(in SealedText text)
    {
        if (encryption is null)
            return null;
        var plain = new byte[text.Sealed.Length];
        using var cipher = new AesGcm(encryption, SealedText.TagLength);
        try
        {
            cipher.Decrypt(text.Nonce, text.Sealed, text.Tag, plain, Bound(text.EventId));
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
        return Encoding.UTF8.GetString(plain);
    }

    // Tenant, customer and event: elsewhere it does not open.
    private byte[] Bound(Guid eventId)
    {
        var bound = new byte[owner.Length + 16];
        owner.CopyTo(bound, 0);
        eventId.TryWriteBytes(bound.AsSpan(owner.Length), bigEndian: true, out _);
        return bound;
    }
}
