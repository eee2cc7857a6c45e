namespace OrleansOrders.Http;

/// <summary>Which bearer tokens (RFC 7519, signed) are taken, and what is read from them.</summary>
/// <param name="Issuer">What <c>iss</c> must be, to the letter.</param>
/// <param name="Audience">What <c>aud</c> must be or hold.</param>
public sealed record TokenRules(string Issuer, string Audience)
{
    /// <summary>The issuer's public keys; they may be replaced while requests are answered.</summary>
    public TokenKeys Keys { get; init; } = new();

    /// <summary>The claim that names the tenant. Default: <c>tenant</c>.</summary>
    public string TenantClaim { get; init; } = "tenant";

    /// <summary>The claim with the scopes, a text with spaces or an array. Scopes that are none of ours are passed over. Default: <c>scope</c>.</summary>
    public string ScopeClaim { get; init; } = "scope";

    /// <summary>How far the issuer's clock may be off. Default: 60 seconds.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(60);
}
