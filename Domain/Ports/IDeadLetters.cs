namespace OrleansOrders.Domain.Ports;

/// <summary>An event that a consumer could not take, and how it stands with it.</summary>
/// <param name="Consumer">Who could not: a projection's name, <c>reactions</c>, <c>publisher</c> or <c>notifications</c>.</param>
/// <param name="Stream">Type and id, <c>order-7f3k</c>: it is parked for the consumer from this version on.</param>
/// <param name="Type">The event's stored name, known to this program or not.</param>
/// <param name="State"><c>parked</c>, <c>replay-requested</c> or <c>replayed</c>.</param>
/// <param name="Attempts">How often the event failed.</param>
/// <param name="Waiting">Later events of the stream that wait behind it.</param>
public sealed record DeadLetterView(
    Guid Id, string Consumer, string Stream, long Version, long Position, Guid EventId, string Type, string Cause, string State,
    int Attempts, long Waiting, DateTimeOffset ParkedAt, DateTimeOffset? ReplayedAt);

/// <summary>Something that was done about a letter.</summary>
/// <param name="Action"><c>repair</c>, <c>dry-run</c> or <c>replay</c>.</param>
/// <param name="Outcome">What came of it, in one line.</param>
public sealed record DeadLetterActionView(string Action, string Actor, string Reason, string Outcome, DateTimeOffset At);

/// <summary>What is read in place of a stored event.</summary>
/// <param name="Number">The event's first repair is 1; the newest counts.</param>
/// <param name="StoredType">The name under which the event stands in the log.</param>
public sealed record EventRepairView(int Number, string StoredType, string Actor, string Reason, DateTimeOffset At);

/// <summary>A letter with all that is known of it.</summary>
/// <param name="Data">The event's data as stored, UTF-8; JSON, but perhaps not this event's.</param>
/// <param name="RepairType">The newest repair's type, when there is one.</param>
/// <param name="RepairData">Its data, UTF-8 JSON.</param>
public sealed record DeadLetterDetails(
    DeadLetterView Letter, ReadOnlyMemory<byte> Data, ReadOnlyMemory<byte> Metadata, EventRepairView? Repair, string? RepairType,
    ReadOnlyMemory<byte> RepairData, IReadOnlyList<DeadLetterActionView> Actions);

/// <summary>Which letters are meant. All conditions hold together; null means any.</summary>
/// <param name="State">One of the states, or <c>open</c> for those that are not replayed.</param>
/// <param name="Type">The event's stored name.</param>
/// <param name="Stream">Type and id.</param>
public sealed record DeadLetterQuery(string? Consumer, string? State, string? Type, string? Stream);

/// <summary>A repair that a person asks for.</summary>
/// <param name="Type">The stored name that the data is to be read under; null for the event's own.</param>
/// <param name="Data">JSON, UTF-8.</param>
/// <param name="RequestId">The same when the request comes again.</param>
/// <param name="Fingerprint">A hash of the request.</param>
public sealed record RepairRequest(
    string? Type, ReadOnlyMemory<byte> Data, string Actor, string Reason, Guid RequestId, byte[] Fingerprint);

public enum RepairStatus
{
    /// <summary>Written down; readers that fail on the event use it from now on.</summary>
    Repaired,

    /// <summary>There is no such letter of the tenant.</summary>
    NotFound,

    /// <summary>The letter is closed.</summary>
    Closed,

    /// <summary>The event can be read and folded, as it is stored or as it was repaired before.</summary>
    NotDamaged,

    /// <summary>The type is not an event of this kind of stream.</summary>
    UnknownType,

    /// <summary>The data is not this event's JSON.</summary>
    NotDecodable,

    /// <summary>The event cannot follow those before it.</summary>
    DoesNotFit,

    /// <summary>The request's id was used before, for another request.</summary>
    KeyReused,
}

/// <param name="Number">Of the repair; 0 when there is none.</param>
/// <param name="IsReplayed">The answer is an earlier one's.</param>
/// <param name="Detail">Why not, for a person.</param>
public sealed record RepairResult(RepairStatus Status, int Number = 0, bool IsReplayed = false, string? Detail = null);

/// <summary>What became of a replay, or would.</summary>
/// <param name="Outcome">
/// <c>replayed</c>; <c>replay-requested</c>, when the consumer does it by itself shortly; <c>still-parked</c>, see
/// <paramref name="Cause"/>; <c>already-replayed</c>; of a dry run <c>would-replay</c> or <c>would-stay-parked</c>.
/// </param>
/// <param name="Events">Events of the stream that were taken, or would be.</param>
/// <param name="Rows">Rows that were written, or would be.</param>
public sealed record ReplayResult(Guid Id, string Outcome, long Events, long Rows, string? Cause)
{
    public const string Replayed = "replayed";
    public const string Requested = "replay-requested";
    public const string StillParked = "still-parked";
    public const string AlreadyReplayed = "already-replayed";
    public const string WouldReplay = "would-replay";
    public const string WouldStayParked = "would-stay-parked";
}

/// <summary>What became of a set of letters.</summary>
/// <param name="Matched">Open letters that were meant and taken up.</param>
/// <param name="IsMore">There are more than one call takes; repeat it.</param>
public sealed record ReplaySummary(
    int Matched, int Replayed, int Requested, int StillParked, int WouldReplay, int WouldStayParked, bool IsMore);

/// <summary>Dead letters as an operator works with them. Everything is of one tenant.</summary>
public interface IDeadLetters
{
    /// <exception cref="BadCursorException">The cursor is not one of ours.</exception>
    Task<Page<DeadLetterView>> List(string tenant, DeadLetterQuery query, string? cursor, int limit, CancellationToken cancellation);

    /// <summary>Null when the tenant has no such letter.</summary>
    Task<DeadLetterDetails?> Find(string tenant, Guid id, CancellationToken cancellation);

    /// <summary>Writes down what is to be read in place of the letter's event, if it can be read and folded so.</summary>
    Task<RepairResult> Repair(string tenant, Guid id, RepairRequest request, CancellationToken cancellation);

    /// <summary>Takes the stream up again where it is parked. Null when the tenant has no such letter.</summary>
    /// <param name="isDryRun">Says what would happen, and changes nothing.</param>
    Task<ReplayResult?> Replay(string tenant, Guid id, string actor, string reason, bool isDryRun, CancellationToken cancellation);

    /// <summary>The same for all open letters that the query means, oldest first, a bounded number at a time.</summary>
    Task<ReplaySummary> ReplayAll(
        string tenant, DeadLetterQuery query, string actor, string reason, bool isDryRun, CancellationToken cancellation);
}
