using OrleansOrders.EventStore;

namespace OrleansOrders.ReadModels;

/// <summary>What can be set on the read side. The defaults suit one process with six projections on two cores.</summary>
public sealed record ReadModelsOptions
{
    /// <summary>Events that are read, folded and written at a time, at most. Default 16,000; from 1.</summary>
    public int BatchEvents { get; init; } = 16_000;

    /// <summary>
    /// Bytes of event data in one batch, roughly: after a larger one the next holds fewer events. Default 4 MiB.
    /// </summary>
    public int BatchBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Decoded events kept for the projections that are a little behind the first one. Default 48,000.</summary>
    public int SharedEvents { get; init; } = 48_000;

    /// <summary>Bytes of event data kept for the same purpose. Default 16 MiB.</summary>
    public int SharedBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Rows that one projection remembers instead of loading them again, by estimated bytes. Default 64 MiB; 0 keeps none.</summary>
    public int CacheBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Connections to the database, at most; half of them project, half answer queries. As many as one half again look at positions. Default 20; at least 16.</summary>
    public int Connections { get; init; } = 20;

    /// <summary>
    /// A connection string for queries on behalf of one tenant, of a user who may read and nothing else. Null, the default:
    /// the same as for everything else.
    /// </summary>
    public string? Reader { get; init; }

    /// <summary>How often a waiting reader looks at the position of a projection that another process moves. Default 25 ms.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(25);

    /// <summary>
    /// How long a small batch is followed by nothing, so that the next one gathers: six tables with a transaction for every
    /// few events cost more than the events. The first batch after a rest goes at once. Default 20 ms; zero never gathers.
    /// </summary>
    public TimeSpan Gather { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How long a projector stands back after another one moved its position. Default 500 ms.</summary>
    public TimeSpan StandbyInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Whether something else keeps the tables up, and the projectors only take its place while it leaves events lying for
    /// longer than <see cref="StandbyInterval"/>. Default false.
    /// </summary>
    public bool StandsBy { get; init; }

    /// <summary>The pause after a projection's first failure; doubled with each further one. Default 200 ms.</summary>
    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause between two attempts of a failing projection. Default 15 s.</summary>
    public TimeSpan LongestBackoff { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Seals what is personal in an event that an operator wrote in place of a damaged one: its stream, id, stored name and
    /// data. Null (the default) keeps it as it is.
    /// </summary>
    public Func<StreamName, Guid, string, ReadOnlyMemory<byte>, CancellationToken, Task<ReadOnlyMemory<byte>>>? SealRepair { get; init; }

    /// <summary>Told in one line what an operator should know: a failing projection, a rebuild cleaned up. Default: nobody.</summary>
    public Action<string>? Notice { get; init; }
}
