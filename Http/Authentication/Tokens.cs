using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace OrleansOrders.Http;

/// <summary>From a bearer token to whoever calls.</summary>
internal sealed class Tokens(TokenRules rules, TimeProvider time)
{
    private static readonly JsonWebTokenHandler Handler = new() { MaximumTokenSizeInBytes = ApiKeySecret.LongestCredential, SetDefaultTimesOnTokenCreation = false };

    /// <exception cref="ProblemException">401: it is no token, not the issuer's, not for us, or not good now.</exception>
    public async ValueTask<Caller> Read(string token)
    {
        var text = TokenText.Read(token)
            ?? throw Authentication.Refuse(ProblemCodes.CredentialMalformed, "The token is not a JSON Web Token signed with RS256 or ES256.");
        CheckShapeOfTimes(text);
        if (rules.Keys.Find(text.KeyId, text.Algorithm) is not { } key)
            throw Authentication.Refuse(ProblemCodes.CredentialUnknown, "The token is signed with a key that is not known.");
        var result = await Handler.ValidateTokenAsync(token, ParametersFor(key));
        if (!result.IsValid)
            throw Authentication.Refuse(ProblemCodes.CredentialUnknown, DetailOf(result.Exception));
        CheckTime(text);
        return CallerOf(text);
    }

    private TokenValidationParameters ParametersFor(SecurityKey key) => new()
    {
        ValidAlgorithms = [key is RsaSecurityKey ? TokenKeys.Rsa : TokenKeys.Ecdsa],
        IssuerSigningKey = key,
        RequireSignedTokens = true,
        ValidateIssuer = true,
        ValidIssuer = rules.Issuer,
        ValidateAudience = true,
        RequireAudience = true,
        ValidAudience = rules.Audience,
        IgnoreTrailingSlashWhenValidatingAudience = false,
        ValidateLifetime = false, // by our clock, below
        LogValidationExceptions = false,
    };

    private static void CheckShapeOfTimes(TokenText text)
    {
        if (text.Seconds("exp") is not >= 0 || text.Seconds("nbf") < 0 || text.Seconds("iat") < 0)
            throw Authentication.Refuse(ProblemCodes.CredentialMalformed, "The token needs exp, and nbf and iat where they are given, as seconds since 1970.");
    }

    private void CheckTime(TokenText text)
    {
        var (now, skew) = (time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0, rules.ClockSkew.TotalSeconds);
        if (now >= text.Seconds("exp") + skew)
            throw Authentication.Refuse(ProblemCodes.CredentialExpired, "The token has expired.");
        if (text.Seconds("nbf") > now + skew || text.Seconds("iat") > now + skew)
            throw Authentication.Refuse(ProblemCodes.CredentialNotYetValid, "The token is not good yet.");
    }

    private Caller CallerOf(TokenText text)
    {
        if (text.Text("sub") is not { } subject || !Caller.IsActor(subject))
            throw Authentication.Refuse(ProblemCodes.CredentialMalformed, $"The token's sub must be {Caller.ActorRule}.");
        if (text.Text(rules.TenantClaim) is not { } tenant || !Texts.IsId(tenant))
            throw Authentication.Refuse(ProblemCodes.CredentialMalformed, "The token names no tenant.");
        // A space is in no key's id, so that no key and no token count as one.
        return new Caller(tenant, subject, $"{tenant} {subject}", text.Words(rules.ScopeClaim).Contains);
    }

    private static string DetailOf(Exception? reason) => reason switch
    {
        SecurityTokenInvalidAudienceException => "The token is not for this audience.",
        SecurityTokenInvalidIssuerException => "The token is another issuer's.",
        _ => "The token's signature is not good.",
    };
}
