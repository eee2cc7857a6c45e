namespace OrleansOrders.Domain.Ports;

/// <summary>Something that an operator is about to do, or was kept from.</summary>
/// <param name="Tenant">Whose; null when it is nobody's alone, or not known.</param>
/// <param name="Actor">The credential or the person.</param>
/// <param name="Action">What, as its route or verb is called: <c>retryFulfilment</c>.</param>
/// <param name="Target">On which object.</param>
/// <param name="Reason">Why; null where nobody is asked for one.</param>
/// <param name="Source">From where: the caller's address, or the machine.</param>
/// <param name="TraceId">Under which the log has more.</param>
public sealed record AuditedAction(
    string? Tenant, string Actor, string Action, string Target, string? Reason = null, string? Source = null, string? TraceId = null);

/// <summary>One line of the record.</summary>
/// <param name="Number">1 is the first; dense.</param>
/// <param name="Kind"><c>intent</c>, <c>outcome</c> or <c>denial</c>.</param>
/// <param name="Outcome">What came of it; of an intent, nothing yet.</param>
/// <param name="Count">How often, since the line before of the same kind: more than 1 for denials that came close together.</param>
/// <param name="Intent">The number of the intent that an outcome is of.</param>
public sealed record AuditEntry(
    long Number, string Kind, AuditedAction Action, string? Outcome, long Count, long? Intent, DateTimeOffset At)
{
    public const string Intended = "intent";
    public const string Ended = "outcome";
    public const string Denied = "denial";
}

/// <summary>Which lines are asked for. All conditions hold together; null means any.</summary>
public sealed record AuditQuery(string? Tenant, string? Actor, string? Action);

/// <summary>
/// The record of what operators do and of what callers were kept from. Lines are only added, and each is tied to all before
/// it. What cannot be written down is not done: the intent is durable before the action begins.
/// </summary>
public interface IAuditTrail
{
    /// <summary>Writes down what is about to be done.</summary>
    /// <returns>The intent's number.</returns>
    /// <exception cref="UnavailableException">It could not be written down; the action must not begin.</exception>
    Task<long> Begin(AuditedAction action, CancellationToken cancellation);

    /// <summary>Writes down what came of it. An intent without an outcome is one whose end nobody saw.</summary>
    /// <exception cref="UnavailableException">It could not be written down.</exception>
    Task End(long intent, AuditedAction action, string outcome, CancellationToken cancellation);

    /// <summary>
    /// Notes that somebody was turned away, for <paramref name="code"/>. Neither waits nor fails; equal ones that come
    /// close together become one line with their number, so that nobody can fill the disk.
    /// </summary>
    void Deny(AuditedAction action, string code);

    /// <summary>Newest first, before the line that a page before ended with.</summary>
    Task<IReadOnlyList<AuditEntry>> List(AuditQuery query, long? before, int limit, CancellationToken cancellation);
}
