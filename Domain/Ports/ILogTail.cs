namespace OrleansOrders.Domain.Ports;

/// <summary>Which event stands where in the log; nothing of what it says.</summary>
/// <param name="Position">1 is the log's first event; dense, in commit order.</param>
/// <param name="Id">The stream's name without its type.</param>
/// <param name="Type">The event's stored name, <c>order-placed.v1</c>.</param>
public sealed record LogLine(
    long Position, string Tenant, string StreamType, string Id, long Version, string Type, DateTimeOffset OccurredAt);

/// <summary>The log as it grows, for those who only want to know that it did.</summary>
public interface ILogTail
{
    /// <summary>The position of the log's last committed event; 0 when it is empty.</summary>
    Task<long> ReadEnd(CancellationToken cancellation);

    /// <summary>What follows <paramref name="after"/>, of all tenants, oldest first, at most <paramref name="limit"/>: no gap, ever.</summary>
    Task<IReadOnlyList<LogLine>> Read(long after, int limit, CancellationToken cancellation);

    /// <summary>Returns when the log has an event after <paramref name="position"/>, or after <paramref name="limit"/>; says which.</summary>
    Task<bool> WaitBeyond(long position, TimeSpan limit, CancellationToken cancellation);
}
