using OrleansOrders.EventStore;

namespace OrleansOrders.Kafka;

/// <summary>How publishing goes, in words; what <see cref="PublisherStatus"/> shows to everybody. Safe for several threads.</summary>
internal sealed class PublisherState
{
    public const string Starting = "starting";
    public const string Publishing = "publishing";
    public const string NoBroker = "waiting for the broker";
    public const string Blocked = "blocked";
    public const string Ahead = "ahead of the log";

    private volatile Description now = new(Starting, null, null, 0);
    private long position;

    public Description Now => now;

    /// <summary>Everything up to here is published and written down.</summary>
    public long Position => Volatile.Read(ref position);

    public void MoveTo(long finished) => Volatile.Write(ref position, finished);

    public void Is(string state, string? error = null, long aheadBy = 0) =>
        now = now with { State = state, Error = error, AheadBy = aheadBy };

    public void Warn(string? warning) => now = now with { Warning = warning };

    /// <summary>No broker can be reached; nothing is lost, and it is tried for ever.</summary>
    public void Trouble(string reason) => Is(NoBroker, Causes.Of(reason));

    /// <summary>Something was acknowledged.</summary>
    public void Flows()
    {
        if (!ReferenceEquals(now.State, Publishing))
            Is(Publishing);
    }

    public sealed record Description(string State, string? Error, string? Warning, long AheadBy);
}
