using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Http;

/// <summary>One line of the audit. The members are those of <see cref="AuditEntry"/> and <see cref="AuditedAction"/>.</summary>
internal sealed record AuditReply(
    long Number, string Kind, string Actor, string Action, string Target, string? Reason, string? Outcome, long Count, long? Intent,
    string? Source, string? TraceId, DateTimeOffset At)
{
    public static AuditReply From(AuditEntry entry) => new(
        entry.Number, entry.Kind, entry.Action.Actor, entry.Action.Action, entry.Action.Target, entry.Action.Reason, entry.Outcome,
        entry.Count, entry.Intent, entry.Action.Source, entry.Action.TraceId, entry.At);
}
