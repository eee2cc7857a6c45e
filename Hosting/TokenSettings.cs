using OrleansOrders.Http;

namespace OrleansOrders.Hosting;

/// <summary>Which bearer tokens are taken, as the environment says.</summary>
/// <param name="Source">Where the issuer's keys are: a file, or an https address.</param>
public sealed record TokenSettings(TokenRules Rules, string Source)
{
    public const string Issuer = "ORDERS_JWT_ISSUER";
    public const string Audience = "ORDERS_JWT_AUDIENCE";
    public const string Keys = "ORDERS_JWT_KEYS";
    public const string TenantClaim = "ORDERS_JWT_TENANT_CLAIM";
    public const string ScopeClaim = "ORDERS_JWT_SCOPE_CLAIM";

    private const int LargestKeys = 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = Patience, MaxResponseContentBufferSize = LargestKeys,
    };

    /// <summary>Whether the keys come over the network, so that they may be away for a while.</summary>
    public bool IsRemote => Source.StartsWith("http", StringComparison.Ordinal) && Uri.IsWellFormedUriString(Source, UriKind.Absolute);

    /// <inheritdoc cref="Read(Func{string, string?})"/>
    public static TokenSettings? Read() => Read(Environment.GetEnvironmentVariable);

    /// <param name="variable">Gives a variable's value.</param>
    /// <returns>Null when the environment names no issuer: then no tokens are taken.</returns>
    /// <exception cref="Failure">A setting is wrong or missing, or the file holds no usable keys.</exception>
    public static TokenSettings? Read(Func<string, string?> variable)
    {
        if (variable(Issuer) is not { Length: > 0 } issuer)
            return null;
        if (variable(Audience) is not { Length: > 0 } audience)
            throw Wrong(Audience, $"says whom the tokens of {Issuer} are for; without it those for other programs would be taken as well");
        if (variable(Keys) is not { Length: > 0 } source)
            throw Wrong(Keys, "names the issuer's public keys, a JSON Web Key Set: a file, or an https address");
        var rules = new TokenRules(issuer, audience);
        var settings = new TokenSettings(
            rules with { TenantClaim = variable(TenantClaim) ?? rules.TenantClaim, ScopeClaim = variable(ScopeClaim) ?? rules.ScopeClaim }, source);
        if (!settings.IsRemote)
            settings.Take(ReadFile(source));
        else if (new Uri(source) is { Scheme: not "https", IsLoopback: false })
            throw Wrong(Keys, "is an https address: over http anybody on the way could put in a key of his own");
        return settings;
    }

    /// <exception cref="Failure">The content holds no usable keys.</exception>
    public void Take(byte[] content)
    {
        try
        {
            Rules.Keys.Replace(content);
        }
        catch (FormatException wrong)
        {
            throw new Failure(ExitCodes.BadInput, $"{Source}: {wrong.Message}", wrong);
        }
    }

    /// <summary>The key set as it is there now.</summary>
    public async Task<byte[]> Fetch(CancellationToken cancellation) =>
        IsRemote ? await Http.GetByteArrayAsync(new Uri(Source), cancellation) : ReadFile(Source);

    private static byte[] ReadFile(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new Failure(ExitCodes.BadInput, $"The keys for tokens cannot be read: {unreadable.Message} See {Keys}.", unreadable);
        }
    }

    private static Failure Wrong(string name, string expected) => new(ExitCodes.BadInput, $"{name} {expected}.");
}
