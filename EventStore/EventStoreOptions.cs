using System.Runtime.CompilerServices;

namespace OrleansOrders.EventStore;

/// <summary>The limits of <see cref="PostgresEventStore"/>. Every value is checked when the store is made.</summary>
public sealed record EventStoreOptions
{
    /// <summary>Appends that may wait for the writer. 1 to 1,000,000; 10,000 by default.</summary>
    public int QueueCapacity { get; init; } = 10_000;

    /// <summary>
    /// How long an append waits for room in a full queue before it is refused with
    /// <see cref="StoreUnavailableException"/>. 0 to 60 s; 250 ms by default.
    /// </summary>
    public TimeSpan QueueWait { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Appends in one batch. 1 to 10,000; 1,000 by default.</summary>
    public int BatchAppends { get; init; } = 1_000;

    /// <summary>Events in one batch; a larger append makes a batch of its own. 1 to 100,000; 2,000 by default.</summary>
    public int BatchEvents { get; init; } = 2_000;

    /// <summary>Bytes of data and metadata in one batch; a larger append makes a batch of its own. 1 KiB to 256 MiB; 4 MiB by default.</summary>
    public int BatchBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>One try to connect and commit a batch. 100 ms to 5 min; 5 s by default.</summary>
    public TimeSpan AttemptLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long the store goes on trying to make an append durable, or to find out whether it is, counted from the call.
    /// The attempt that is under way then is waited for. 100 ms to 10 min; 15 s by default.
    /// </summary>
    public TimeSpan AppendLimit { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often the end of the log is looked at while somebody waits for it. 1 ms to 10 s; 20 ms by default.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Events of this process's own that are kept in memory for those who read at the log's end. 16 to 10,000,000; 65,536 by default.
    /// </summary>
    public int FreshEvents { get; init; } = 65_536;

    /// <summary>Their bytes, roughly: when there are more, fewer events are kept. 64 KiB to 1 GiB; 64 MiB by default.</summary>
    public int FreshBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// Called with the name of every boundary that a write crosses, for tests that crash the process there: <c>append/before</c>,
    /// <c>append/sent</c>, <c>append/committed</c>, <c>append/answered</c>, <c>snapshot/before</c>, <c>snapshot/sent</c>. Null by default.
    /// </summary>
    public Action<string>? Boundary { get; init; }

    internal EventStoreOptions Checked()
    {
        Check(QueueCapacity, 1, 1_000_000);
        Check(QueueWait, TimeSpan.Zero, TimeSpan.FromSeconds(60));
        Check(BatchAppends, 1, 10_000);
        Check(BatchEvents, 1, 100_000);
        Check(BatchBytes, 1024, 256 * 1024 * 1024);
        Check(AttemptLimit, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5));
        Check(AppendLimit, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10));
        Check(PollInterval, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10));
        Check(FreshEvents, 16, 10_000_000);
        Check(FreshBytes, 64 * 1024, 1024 * 1024 * 1024);
        return this;
    }

    private static void Check<T>(T value, T least, T most, [CallerArgumentExpression(nameof(value))] string? option = null)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
            throw new ArgumentOutOfRangeException(option, $"{option} must be from {least} to {most}, not {value}.");
    }
}
