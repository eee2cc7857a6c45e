namespace OrleansOrders.Http;

/// <summary>How much callers may ask for. What is above is turned away at once and told when to come back; nothing waits in a queue.</summary>
public sealed record CallLimits
{
    /// <summary>None at all: for a server that only this machine reaches.</summary>
    public static readonly CallLimits None = new();

    /// <summary>Where callers have keys: far above what one program needs, far below what would shut out the others.</summary>
    public static readonly CallLimits Standard = new() { PerKey = 500, PerTenant = 2_000, Concurrent = 1_000 };

    /// <summary>Requests in a second with one key or as one token's subject; 0 for any. Twice as many may come at once.</summary>
    public int PerKey { get; init; }

    /// <summary>Requests in a second of all of a tenant's callers; 0 for any. Twice as many may come at once.</summary>
    public int PerTenant { get; init; }

    /// <summary>Requests that this process works on at the same time; 0 for any.</summary>
    public int Concurrent { get; init; }
}
