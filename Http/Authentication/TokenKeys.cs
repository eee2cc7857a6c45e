using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace OrleansOrders.Http;

/// <summary>
/// The public keys that tokens are signed with. Each is good for one algorithm, which follows from what it is: RSA of 2048
/// bits and more for RS256, P-256 for ES256. Nothing else is ever tried, so that no token can choose.
/// </summary>
public sealed class TokenKeys
{
    public const string Rsa = SecurityAlgorithms.RsaSha256;

    public const string Ecdsa = SecurityAlgorithms.EcdsaSha256;

    private const int LeastBits = 2048;

    private volatile IReadOnlyList<SecurityKey> keys = [];

    /// <summary>Takes the keys of a JSON Web Key Set (RFC 7517) in place of those before. Keys for other uses are passed over.</summary>
    /// <exception cref="FormatException">It is not a set, holds a secret, or has no key that can be used; nothing is replaced.</exception>
    public void Replace(ReadOnlySpan<byte> jsonWebKeySet)
    {
        List<SecurityKey> read;
        try
        {
            var set = new JsonWebKeySet(Encoding.UTF8.GetString(jsonWebKeySet));
            if (set.Keys.Any(key => (key.D ?? key.P ?? key.Q ?? key.K) is not null))
                throw new FormatException("The keys for tokens hold a secret or private key: only public keys belong there.");
            read = [.. set.Keys.Select(Read).OfType<SecurityKey>()];
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException or System.Text.Json.JsonException or InvalidOperationException)
        {
            throw new FormatException("The keys for tokens are not a JSON Web Key Set.", e);
        }
        if (read.Count == 0)
            throw new FormatException($"The keys for tokens hold none for {Rsa} (RSA, {LeastBits} bits and more) or {Ecdsa} (P-256).");
        if (read.DistinctBy(key => key.KeyId).Count() != read.Count)
            throw new FormatException("Two keys for tokens have the same kid.");
        keys = read;
    }

    /// <summary>The key that a token's header means, or null. A header without <c>kid</c> means the only key there is.</summary>
    internal SecurityKey? Find(string? kid, string algorithm)
    {
        var known = keys;
        var found = kid is null ? known is [var only] ? only : null : known.FirstOrDefault(key => key.KeyId == kid);
        return found is RsaSecurityKey == (algorithm == Rsa) && found is ECDsaSecurityKey == (algorithm == Ecdsa) ? found : null;
    }

    private static SecurityKey? Read(JsonWebKey key)
    {
        if (key.Use is not (null or "sig") || (key.KeyOps.Count > 0 && !key.KeyOps.Contains("verify")))
            return null;
        if (key.Kty == JsonWebAlgorithmsKeyTypes.RSA && key.Alg is null or Rsa)
        {
            var rsa = new RSAParameters { Modulus = Base64UrlEncoder.DecodeBytes(key.N), Exponent = Base64UrlEncoder.DecodeBytes(key.E) };
            return rsa.Modulus.Length * 8 < LeastBits ? null : new RsaSecurityKey(rsa) { KeyId = key.Kid };
        }
        if (key.Kty != JsonWebAlgorithmsKeyTypes.EllipticCurve || key.Crv != JsonWebKeyECTypes.P256 || key.Alg is not (null or Ecdsa))
            return null;
        var point = new ECPoint { X = Base64UrlEncoder.DecodeBytes(key.X), Y = Base64UrlEncoder.DecodeBytes(key.Y) };
        // A point that is not on the curve is refused here.
        return new ECDsaSecurityKey(ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point })) { KeyId = key.Kid };
    }
}
