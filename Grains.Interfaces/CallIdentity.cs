using System.Diagnostics;

namespace OrleansOrders.Grains.Interfaces;

/// <summary>On whose behalf grains are called. Travels with every call, next to its arguments.</summary>
/// <param name="Tenant">Must be the tenant of every grain that is called.</param>
/// <param name="Actor">The credential or component that acts; written into the events.</param>
/// <param name="CorrelationId">Shared by everything that one request set off.</param>
/// <param name="CausationId">The event that caused the call, when an event did.</param>
/// <param name="TraceParent">W3C trace context, written into the events.</param>
/// <param name="Contract">The <see cref="ContractVersion"/> that the caller was built with.</param>
[GenerateSerializer, Immutable, Alias("orders.CallIdentity")]
public sealed record CallIdentity(
    [property: Id(0)] string Tenant, [property: Id(1)] string Actor, [property: Id(2)] Guid CorrelationId,
    [property: Id(3)] Guid? CausationId = null, [property: Id(4)] string? TraceParent = null,
    [property: Id(5)] int Contract = ContractVersion.Current)
{
    private const string Key = "orders";

    /// <summary>The identity of the calls that follow in this flow of control; of the present call inside a grain. Null when there is none.</summary>
    public static CallIdentity? Current => RequestContext.Get(Key) as CallIdentity;

    /// <summary>Everything called from here on, in this flow of control, is called for this tenant.</summary>
    public static CallIdentity Use(string tenant, string actor) => Use(
        new CallIdentity(tenant, actor, Guid.NewGuid(), TraceParent: Activity.Current is { IdFormat: ActivityIdFormat.W3C } trace ? trace.Id : null));

    public static CallIdentity Use(CallIdentity identity)
    {
        RequestContext.Set(Key, identity);
        return identity;
    }
}

/// <summary>The version of these contracts: raised when older callers or silos could no longer work with them.</summary>
public static class ContractVersion
{
    public const int Current = 1;

    /// <summary>The oldest that silos of this version still take.</summary>
    public const int Oldest = 1;
}
