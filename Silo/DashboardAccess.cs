using System.Security.Cryptography;
using System.Text;

namespace OrleansOrders.Silo;

/// <summary>Basic authorization in front of the whole dashboard: it shows the inside of every grain, and asks nobody by itself.</summary>
internal sealed class DashboardAccess(string password)
{
    public const string User = "orders";

    // Compared as digests: all of one length, whatever was sent.
    private readonly byte[] _expected = SHA256.HashData(Encoding.UTF8.GetBytes($"{User}:{password}"));

    public Task Guard(HttpContext context, RequestDelegate next)
    {
        // What the dashboard shows is of this moment and for this person.
        context.Response.Headers.CacheControl = "no-store";
        if (IsAllowed(context.Request.Headers.Authorization))
            return next(context);
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.Headers.WWWAuthenticate = "Basic realm=\"orders dashboard\", charset=\"UTF-8\"";
        return Task.CompletedTask;
    }

    private bool IsAllowed(string? authorization)
    {
        const string scheme = "Basic ";
        if (authorization is not { Length: < 1_000 } || !authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            return false;
        var sent = new byte[authorization.Length];
        return Convert.TryFromBase64String(authorization[scheme.Length..].Trim(), sent, out var length)
            && CryptographicOperations.FixedTimeEquals(SHA256.HashData(sent.AsSpan(0, length)), _expected);
    }
}
