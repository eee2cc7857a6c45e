namespace OrleansOrders.Http;

/// <summary>Who calls, as the key says.</summary>
/// <param name="Actor">The key's id.</param>
internal sealed record Caller(string Tenant, string Actor, Func<string, bool> May)
{
    /// <summary>Everybody, while no keys are configured.</summary>
    public static readonly Caller Local = new("default", "local", _ => true);

    /// <summary>Under which a request that is turned away keeps whose it was, for the audit.</summary>
    public const string Item = "orders.caller";

    public static Caller From(ApiKey key) => new(key.Tenant, key.Id, key.Scopes.Contains);
}
