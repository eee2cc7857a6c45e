using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace OrleansOrders.Http;

/// <summary>
/// The secret half of a key: a prefix that people and scanners recognise in a file that should not hold it, and 256 random
/// bits. With that many, one plain hash is enough: there is nothing to guess.
/// </summary>
public static class ApiKeySecret
{
    public const string Prefix = "orders_";

    /// <summary>Hexadecimal digits after the prefix.</summary>
    public const int Digits = 64;

    /// <summary>Longer credentials are not looked at.</summary>
    public const int LongestCredential = 8 * 1024;

    private static readonly SearchValues<char> Lower = SearchValues.Create("0123456789abcdef");

    public static string Create() => Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Digits / 2));

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>Whether it may be a secret at all. One without our prefix may be: keys files were once filled by hand.</summary>
    public static bool IsShaped(ReadOnlySpan<char> secret)
    {
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal))
            return secret.Length is > 0 and <= LongestCredential && !secret.ContainsAnyExceptInRange('!', '~');
        var digits = secret[Prefix.Length..];
        return digits.Length == Digits && !digits.ContainsAnyExcept(Lower);
    }
}
