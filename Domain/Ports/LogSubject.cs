namespace OrleansOrders.Domain.Ports;

/// <summary>
/// What the work of this flow of control is about. Whoever writes a line to the log meanwhile need not know it: the line gets
/// these as fields of its own. Ids only, never a text that somebody wrote.
/// </summary>
public sealed class LogSubject : IDisposable
{
    private static readonly AsyncLocal<LogSubject?> Flow = new();

    private readonly LogSubject? before = Flow.Value;

    private LogSubject()
    {
    }

    /// <summary>Null where the work is about nothing in particular.</summary>
    public static LogSubject? Current => Flow.Value;

    public string? Tenant { get; private set; }

    public string? OrderId { get; private set; }

    /// <summary>Gives the trace's number; asked for when a line is written.</summary>
    public Func<string?>? FindTrace { get; private set; }

    /// <summary>Begins work; what it is about may turn out later.</summary>
    public static LogSubject Begin(string? tenant = null, string? orderId = null, Func<string?>? findTrace = null)
    {
        var subject = new LogSubject();
        subject.Is(tenant, orderId, findTrace);
        Flow.Value = subject;
        return subject;
    }

    public void Is(string? tenant, string? orderId, Func<string?>? findTrace = null) =>
        (Tenant, OrderId, FindTrace) = (tenant ?? Tenant, orderId ?? OrderId, findTrace ?? FindTrace);

    /// <summary>Ends it.</summary>
    public void Dispose() => Flow.Value = before;
}
