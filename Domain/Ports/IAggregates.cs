namespace OrleansOrders.Domain.Ports;

/// <summary>Who asks for a command, and under which identity it is remembered.</summary>
/// <param name="CommandId">The same id is the same command: its events' ids and its receipt follow from it.</param>
/// <param name="Actor">The credential or component that acts.</param>
/// <param name="CorrelationId">Shared by everything that one request set off.</param>
public sealed record CommandContext(string Tenant, Guid CommandId, string Actor, Guid CorrelationId)
{
    /// <summary>The event that caused the command, when an event did.</summary>
    public Guid? CausationId { get; init; }

    /// <summary>A hash of the request. Where it is given, a receipt is kept, and a replay gets the first answer.</summary>
    public byte[]? Fingerprint { get; init; }

    /// <summary>The stream version that the caller saw; the command is not decided on another.</summary>
    public long? IfVersion { get; init; }

    /// <summary>W3C trace context.</summary>
    public string? TraceParent { get; init; }
}

/// <summary>What became of a command. Everything else (no answer, no database) is an exception.</summary>
public abstract record CommandOutcome
{
    private CommandOutcome()
    {
    }

    /// <summary>Decided and durable.</summary>
    /// <param name="Version">The stream's version after the command.</param>
    /// <param name="Position">The log position of that version's event.</param>
    /// <param name="Replayed">The answer is an earlier one's.</param>
    public sealed record Done(long Version, long Position, bool Replayed) : CommandOutcome;

    /// <summary>Refused by the rules; <paramref name="Version"/> is the stream's version that was decided on.</summary>
    public sealed record Refused(string Code, string Detail, long Version, bool Replayed) : CommandOutcome;

    /// <summary>The command id was used before, for another request.</summary>
    public sealed record KeyReused : CommandOutcome;

    /// <summary>The stream is not at <see cref="CommandContext.IfVersion"/>.</summary>
    public sealed record VersionMismatch(long Actual) : CommandOutcome;
}

/// <summary>Which of a stream's states is meant.</summary>
/// <param name="Version">The state after this version, when given.</param>
/// <param name="Time">The state at this moment by the events' own time, when given.</param>
public readonly record struct PointInTime(long? Version, DateTimeOffset? Time)
{
    public static readonly PointInTime Latest = default;
}

/// <param name="Version">0 when the stream does not exist (at that point).</param>
/// <param name="Position">The log position of the last event folded in; 0 when there is none.</param>
public sealed record Loaded<TState>(TState State, long Version, long Position);

/// <summary>The engine as HTTP and other callers see it: commands in, streams out. One implementation per edition.</summary>
public interface IAggregates
{
    /// <summary>Decides <paramref name="command"/> on the aggregate that it belongs to and makes the events durable.</summary>
    /// <param name="id">The order's, SKU's or customer's id; the stream's name without its type.</param>
    /// <exception cref="UnavailableException">Nothing was decided; the caller may repeat.</exception>
    /// <exception cref="OutcomeUnknownException">It may have happened; only a repeat with the same command id tells.</exception>
    /// <exception cref="UnreadableEventException">The stream cannot be folded; here and below.</exception>
    Task<CommandOutcome> Execute(string id, Command command, CommandContext context, CancellationToken cancellation);

    /// <summary>Folds a stream. <typeparamref name="TState"/> is one of the six aggregates' state types.</summary>
    Task<Loaded<TState>> Load<TState>(string tenant, string id, PointInTime point, CancellationToken cancellation)
        where TState : class;

    /// <summary>The stream's events after <paramref name="afterVersion"/>, at most <paramref name="limit"/>, oldest first.</summary>
    Task<IReadOnlyList<EventEnvelope>> ReadStream(
        string tenant, string streamType, string id, long afterVersion, int limit, CancellationToken cancellation);

    /// <summary>
    /// Everything that happened to one order, over all its streams, in log order: no gap up to its last event. Empty when there
    /// is no such order.
    /// </summary>
    /// <param name="afterPosition">Only what comes after this in the log; 0 for everything.</param>
    Task<IReadOnlyList<EventEnvelope>> ReadStory(string tenant, string orderId, long afterPosition, CancellationToken cancellation);
}

/// <summary>An event as it stands in the log.</summary>
/// <param name="Id">The stream's name without its type.</param>
/// <param name="Version">1 is the stream's first event.</param>
/// <param name="Position">1 is the log's first event; dense, in commit order.</param>
/// <param name="StoredName">Name and version under which it was stored; <paramref name="Event"/> is in the current version.</param>
/// <param name="Data">The stored JSON, UTF-8.</param>
/// <param name="Metadata">JSON, UTF-8: commandId, correlationId, causationId, actor, traceparent.</param>
public sealed record EventEnvelope(
    string Tenant, string StreamType, string Id, long Version, long Position, Guid EventId, string StoredName,
    ReadOnlyMemory<byte> Data, ReadOnlyMemory<byte> Metadata, DateTimeOffset RecordedAt, DomainEvent Event)
{
    /// <summary>
    /// Set when the event as stored cannot be read, and <see cref="Event"/>, <see cref="StoredName"/> and <see cref="Data"/>
    /// are its repair's.
    /// </summary>
    public EventRepairView? Repair { get; init; }
}

/// <summary>The database cannot be reached or the process is full. Nothing was done.</summary>
public sealed class UnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The database did not say whether it committed, and did not answer when it was asked.</summary>
public sealed class OutcomeUnknownException(string message, Exception? inner = null) : Exception(message, inner);
