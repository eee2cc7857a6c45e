using System.Text;
using OrleansOrders.Cli.Verify;
using OrleansOrders.EventStore;

namespace OrleansOrders.Cli.Simulation;

/// <summary>
/// Invariant 9: nothing of one tenant is in another's events, rows, refusals or provider's books. Both have orders and goods
/// of the same names; what their people write carries the tenant's name.
/// </summary>
internal sealed class TenantJudge(World world, JudgedLog log)
{
    private readonly Findings findings = new(9, "nothing of another tenant's");

    public InvariantReport Judge()
    {
        var tenantOf = log.Events.ToLookup(recorded => recorded.EventId, recorded => recorded.Stream.Tenant);
        foreach (var recorded in log.Events)
            JudgeEvent(recorded, tenantOf);
        foreach (var table in world.ReadSide.Tables)
        {
            foreach (var (tenant, value) in table.Values())
                JudgeText($"a row of {table.Name}", tenant, value as string ?? "");
        }
        foreach (var invocation in world.Client.Invocations)
            JudgeText($"the answer to {invocation.Command}", invocation.Command.Tenant, invocation.Outcome?.ToString() ?? invocation.Failure?.Message ?? "");
        foreach (var line in world.Ledger.Lines)
        {
            if (log.VersionOf(new StreamName(line.Tenant, "payment", line.OrderId)) == 0)
                findings.Add($"the books hold {line.Operation} for {line.Tenant}/{line.OrderId}, which has no payment");
        }
        return findings.ToReport($"{Plan.Tenants.Length} tenants");
    }

    private void JudgeEvent(RecordedEvent recorded, ILookup<Guid, string> tenantOf)
    {
        JudgeText($"{recorded.Stream} version {recorded.Version}", recorded.Stream.Tenant, Encoding.UTF8.GetString(recorded.Data.Span));
        JudgeText($"{recorded.Stream} version {recorded.Version}", recorded.Stream.Tenant, Encoding.UTF8.GetString(recorded.Metadata.Span));
        if (EventOrigin.Read(recorded.Metadata.Span)?.CausationId is { } cause && !tenantOf[cause].Contains(recorded.Stream.Tenant))
            findings.Add($"{recorded.Stream} version {recorded.Version} has a cause that is not its tenant's");
    }

    private void JudgeText(string where, string tenant, string text)
    {
        foreach (var other in Plan.Tenants)
        {
            if (other != tenant && text.Contains($"@{other}", StringComparison.Ordinal))
                findings.Add($"{where} of {tenant} names {other}");
        }
    }
}
