using System.Text.Json;
using OrleansOrders.Domain;

namespace OrleansOrders.Http;

/// <summary>A fulfilment after a person's command, from its own stream.</summary>
/// <param name="Status"><c>running, compensating, parked, completed, compensated</c>.</param>
/// <param name="Step">The step or compensation step that it is at; absent when it has ended.</param>
/// <param name="Attempts">Attempts of that step so far.</param>
/// <param name="WakeAt">When it goes on by itself; absent when nothing is being waited for.</param>
/// <param name="Reason">Why it compensates or is parked.</param>
/// <param name="Owner">Who is expected to act on a parked one.</param>
public sealed record FulfilmentReply(
    string OrderId, string CustomerId, string Status, string? Step, int Attempts, DateTimeOffset? WakeAt, string? Reason,
    string? Owner, long Version, long Position)
{
    internal static FulfilmentReply? From(FulfilmentState state, long version, long position)
    {
        if (state is not FulfilmentState.Existing { Facts: var facts })
            return null;
        var reply = new FulfilmentReply(facts.OrderId, facts.CustomerId, "", null, 0, null, null, null, version, position);
        return state switch
        {
            FulfilmentState.Running s => reply with
            {
                Status = "running",
                Step = NameOf(s.Step),
                Attempts = s.Attempt,
                WakeAt = NextAction.WakeAt(s),
            },
            FulfilmentState.Compensating s => reply with
            {
                Status = "compensating",
                Step = NameOf(s.Step),
                Attempts = s.Failures,
                WakeAt = s.RetryAt,
                Reason = s.Reason,
            },
            FulfilmentState.Parked s => reply with
            {
                Status = "parked",
                Step = NameOf(s.Step),
                Reason = s.Cause,
                Owner = s.Owner,
            },
            FulfilmentState.Compensated s => reply with { Status = "compensated", Reason = s.Reason },
            _ => reply with { Status = "completed" },
        };
    }

    internal static string NameOf<TStep>(TStep step)
        where TStep : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(step.ToString());
}

/// <summary>A rebuild that was started.</summary>
public sealed record RebuildReply(string Name, string Status);

/// <param name="Status"><c>live</c>, <c>started</c>, <c>ready</c> or <c>degraded</c>.</param>
/// <param name="Troubles">What somebody has to see to, although orders are taken; absent when there is nothing.</param>
public sealed record HealthReply(string Status, IReadOnlyList<FieldError>? Troubles = null);
