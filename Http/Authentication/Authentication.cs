using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace OrleansOrders.Http;

/// <summary>Finds out who calls. Tenant and scopes come from the key alone, never from the request.</summary>
internal sealed class Authentication(IReadOnlyList<ApiKey> keys)
{
    private const string Scheme = "Bearer ";

    /// <exception cref="ProblemException">401 without a known key, 403 without the route's scope.</exception>
    public Caller Admit(HttpContext context, string scope)
    {
        if (keys.Count == 0)
            return Loopback(context);
        if (scope == Scopes.Public)
            return Caller.Local with { May = _ => false };
        var caller = Find(context.Request.Headers.Authorization.ToString());
        if (caller.May(scope))
            return caller;
        context.Items[Caller.Item] = caller;
        throw new ProblemException(Problem.Of(ProblemCodes.ScopeMissing, $"The key does not have the scope {scope}.")
            .WithHeader("WWW-Authenticate", $"Bearer realm=\"orders\", error=\"insufficient_scope\", scope=\"{scope}\""));
    }

    private Caller Find(string header)
    {
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            throw new ProblemException(Problem.Of(ProblemCodes.Unauthenticated, "Send Authorization: Bearer with a key.")
                .WithHeader("WWW-Authenticate", "Bearer realm=\"orders\""));
        }
        Span<byte> presented = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(header[Scheme.Length..].Trim()), presented);

        // Every key is compared, in constant time, so that the time taken tells nothing about which one is near.
        ApiKey? found = null;
        foreach (var key in keys)
        {
            if (CryptographicOperations.FixedTimeEquals(presented, key.Sha256.Span))
                found = key;
        }
        return found is null
            ? throw new ProblemException(Problem.Of(ProblemCodes.Unauthenticated, "The key is not known.")
                .WithHeader("WWW-Authenticate", "Bearer realm=\"orders\", error=\"invalid_token\""))
            : Caller.From(found);
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
