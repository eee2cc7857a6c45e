using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Http;

/// <summary>Who calls, as the credential says.</summary>
/// <param name="Actor">The person or program that acts: a key's holder, a token's subject.</param>
/// <param name="Credential">The one credential; limits are counted by it.</param>
internal sealed record Caller(string Tenant, string Actor, string Credential, Func<string, bool> May)
{
    public const string ActorRule = "1 to 100 visible ASCII characters, and none of the names that the program acts under itself";

    /// <summary>Under which a request that is turned away keeps whose it was, for the audit.</summary>
    public const string Item = "orders.caller";

    private const int ActorLength = 100;

    /// <summary>Everybody, while no keys are configured.</summary>
    public static readonly Caller Local = new("default", OwnActors.Local, OwnActors.Local, _ => true);

    /// <summary>Whoever asks for what is open to all.</summary>
    public static readonly Caller Nobody = Local with { May = _ => false };

    public static Caller From(ApiKey key) => new(key.Tenant, key.Holder, key.Id, key.Scopes.Contains);

    public static bool IsActor(string text) =>
        text.Length is > 0 and <= ActorLength && !text.AsSpan().ContainsAnyExceptInRange('!', '~') && !OwnActors.Include(text);
}
