using OrleansOrders.Domain.Ports;
using OrleansOrders.Grains.Interfaces;

namespace OrleansOrders.Grains.Calls;

/// <summary>
/// Looks at every call of the contracts before its grain does: whose it is, and whether it may be. What is refused here is
/// answered with a refusal, and the grain lives on.
/// </summary>
internal sealed class IncomingCallFilter(IReadOnlySet<string> tenants, IAuditTrail audit) : IIncomingGrainCallFilter
{
    private static readonly System.Reflection.Assembly Contracts = typeof(IOrderGrain).Assembly;

    public Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.InterfaceMethod?.DeclaringType?.Assembly != Contracts)
            return context.Invoke(); // the runtime's own calls, and those within the silo
        if ((FindFault(context.TargetId) ?? CommandCheck.FindFault(context.Request)) is not var (code, detail))
            return context.Invoke();
        if (code is CallRefusals.TenantMismatch or CallRefusals.TenantUnknown)
            audit.Deny(ActionOf(context, CallIdentity.Current), code);
        context.Result = CallAnswers.Refuse(context.InterfaceMethod.ReturnType, code, detail);
        return Task.CompletedTask;
    }

    // Without the grain's key: who guesses keys would make a line of each.
    private static AuditedAction ActionOf(IIncomingGrainCallContext context, CallIdentity? identity) => new(
        identity?.Tenant, identity?.Actor ?? "unknown", $"{context.InterfaceName}.{context.MethodName}", "grain", Source: $"{context.SourceId}",
        TraceId: identity?.TraceParent is { Length: 55 } trace ? trace[3..35] : null);

    private (string Code, string Detail)? FindFault(GrainId grain)
    {
        if (!GrainKeys.TryParse(grain.Key.ToString(), out var tenant, out _))
            return (CallRefusals.GrainIdInvalid, "A grain's id is a tenant, a slash, and an id.");
        if (CallIdentity.Current is not { } identity)
            return (CallRefusals.TenantMismatch, "The call carries no identity: CallIdentity.Use says on whose behalf it is made.");
        if (identity.Contract is < ContractVersion.Oldest or > ContractVersion.Current)
        {
            return (CallRefusals.ContractVersion, identity.Contract < ContractVersion.Oldest
                ? $"The caller speaks contract version {identity.Contract}; this silo takes {ContractVersion.Oldest} and later: update the caller's package."
                : $"The caller speaks contract version {identity.Contract}; this silo knows none after {ContractVersion.Current}: update the silos first.");
        }
        if (identity.Tenant != tenant)
            return (CallRefusals.TenantMismatch, "The caller's tenant is not the grain's.");
        return tenants.Count > 0 && !tenants.Contains(tenant)
            ? (CallRefusals.TenantUnknown, "This cluster does not serve the tenant.")
            : null;
    }
}
