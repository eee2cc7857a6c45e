using System.Net;
using Microsoft.AspNetCore.Http;

namespace OrleansOrders.Http;

/// <summary>Finds out who calls. Tenant and scopes come from the credential alone, never from the request.</summary>
internal sealed class Authentication(KeyRing keys, TokenRules? rules, TimeProvider time)
{
    private const string Scheme = "Bearer ";

    private readonly Tokens? tokens = rules is null ? null : new Tokens(rules, time);

    /// <exception cref="ProblemException">401 without a credential that is good now, 403 without the route's scope.</exception>
    public async ValueTask<Caller> Admit(HttpContext context, string scope)
    {
        if (!keys.IsRequired && tokens is null)
            return Loopback(context);
        if (scope == Scopes.Public)
            return Caller.Nobody;
        var caller = await Find(context.Request.Headers.Authorization.ToString());
        if (caller.May(scope))
            return caller;
        context.Items[Caller.Item] = caller;
        throw ScopeMissing(scope);
    }

    public static ProblemException ScopeMissing(string scope) => new(
        Problem.Of(ProblemCodes.ScopeMissing, $"The credential does not have the scope {scope}.")
            .WithHeader("WWW-Authenticate", $"Bearer realm=\"orders\", error=\"insufficient_scope\", scope=\"{scope}\""));

    public static ProblemException Refuse(string code, string detail) => new(Problem.Of(code, detail)
        .WithHeader("WWW-Authenticate", $"Bearer realm=\"orders\", error=\"invalid_token\", error_description=\"{detail}\""));

    private ValueTask<Caller> Find(string header)
    {
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            throw new ProblemException(Problem.Of(ProblemCodes.Unauthenticated, "Send Authorization: Bearer with a key or a token.")
                .WithHeader("WWW-Authenticate", "Bearer realm=\"orders\""));
        }
        var credential = header.AsSpan(Scheme.Length).Trim().ToString();
        return tokens is not null && TokenText.IsMeant(credential) ? tokens.Read(credential) : ValueTask.FromResult(FindKey(credential));
    }

    private Caller FindKey(string secret)
    {
        if (!ApiKeySecret.IsShaped(secret))
            throw Refuse(ProblemCodes.CredentialMalformed, "The credential is not made like one.");
        if (keys.Find(ApiKeySecret.Hash(secret)) is not { RevokedAt: null } key)
            throw Refuse(ProblemCodes.CredentialUnknown, "The key is not known.");
        return key.IsActive(time.GetUtcNow()) ? Caller.From(key) : throw Refuse(ProblemCodes.CredentialExpired, "The key has expired.");
    }

    // Without keys the socket is on loopback, but a browser can be led there under a foreign name (DNS rebinding).
    private static Caller Loopback(HttpContext context)
    {
        var host = context.Request.Host.Host;
        var isLoopback = host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
        return isLoopback
            ? Caller.Local
            : throw new ProblemException(Problem.Of(
                ProblemCodes.HostNotAllowed, "Without configured keys only requests to localhost, 127.0.0.1 or [::1] are answered."));
    }
}
