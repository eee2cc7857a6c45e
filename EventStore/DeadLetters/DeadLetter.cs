namespace OrleansOrders.EventStore;

/// <summary>Where a letter stands, as it is stored.</summary>
public static class DeadLetterStates
{
    /// <summary>The stream waits.</summary>
    public const string Parked = "parked";

    /// <summary>Somebody asked for it to be tried again; the consumer that owns the letter does so.</summary>
    public const string ReplayRequested = "replay-requested";

    /// <summary>The stream flows again; the letter is history.</summary>
    public const string Replayed = "replayed";
}

/// <summary>An event that a consumer could not take, and that no repetition will make it take.</summary>
/// <param name="Consumer"><c>reactions</c>, <c>publisher</c>, <c>notifications</c>, or a projection's name.</param>
/// <param name="Version">Of the event in its stream; later ones wait behind it.</param>
/// <param name="Position">Of the event in the log.</param>
/// <param name="Type">Its stored name, known to this program or not.</param>
/// <param name="Cause">One line, see <see cref="Causes"/>.</param>
public sealed record PoisonEvent(
    string Consumer, StreamName Stream, long Version, long Position, Guid EventId, string Type, string Cause)
{
    /// <summary>The event as it stands in the log, and why it was not taken.</summary>
    public static PoisonEvent From(string consumer, RecordedEvent recorded, Exception failure) => new(
        consumer, recorded.Stream, recorded.Version, recorded.Position, recorded.EventId, recorded.Type, Causes.Of(failure));
}

/// <summary>A stream that waits for one consumer.</summary>
/// <param name="Version">The first version that was not taken.</param>
/// <param name="IsReplayRequested">Somebody asked for it to be tried again.</param>
public sealed record ParkedStream(Guid LetterId, StreamName Stream, long Version, bool IsReplayRequested);

/// <summary>A letter as it is stored.</summary>
/// <param name="State">One of <see cref="DeadLetterStates"/>.</param>
/// <param name="Attempts">How often the event failed, from 1.</param>
/// <param name="ClosedAt">When its stream flowed again; null while it is open.</param>
/// <param name="Waiting">Events of the stream behind this one, now; 0 once it is closed.</param>
public sealed record DeadLetter(
    Guid Id, PoisonEvent Event, string State, int Attempts, DateTimeOffset ParkedAt, DateTimeOffset? ClosedAt, long Waiting)
{
    public bool IsOpen => State != DeadLetterStates.Replayed;
}

/// <summary>What somebody did about a letter.</summary>
/// <param name="Action"><c>repair</c>, <c>dry-run</c> or <c>replay</c>.</param>
/// <param name="Actor">Who.</param>
/// <param name="Reason">Why.</param>
/// <param name="Outcome">What came of it, in one line.</param>
public sealed record DeadLetterAction(string Action, string Actor, string Reason, string Outcome)
{
    public const string Repair = "repair";
    public const string DryRun = "dry-run";
    public const string Replay = "replay";

    /// <summary>Set by the database.</summary>
    public DateTimeOffset ActedAt { get; init; }
}

/// <summary>A repair that somebody asks for.</summary>
/// <param name="Type">The stored name that the data is to be read under.</param>
/// <param name="Data">JSON, UTF-8.</param>
/// <param name="RequestId">The same when the request comes again.</param>
/// <param name="Fingerprint">A hash of the request: another one under the same id is another request.</param>
public sealed record NewRepair(
    string Type, ReadOnlyMemory<byte> Data, string Actor, string Reason, Guid RequestId, byte[] Fingerprint);

/// <summary>What became of a repair.</summary>
/// <param name="Number">The event's first repair is 1.</param>
/// <param name="IsReplayed">The request had come before; this is its first answer.</param>
public sealed record AddedRepair(int Number, bool IsReplayed);

/// <summary>What is read in place of an event that cannot be decoded or folded.</summary>
/// <param name="Number">1 is the event's first repair; the newest counts.</param>
/// <param name="Type">The stored name that the data is read under.</param>
/// <param name="Data">JSON, UTF-8.</param>
public sealed record EventRepair(
    string Tenant, Guid EventId, int Number, string Type, ReadOnlyMemory<byte> Data, string Actor, string Reason,
    DateTimeOffset RepairedAt);

/// <summary>Which letters are asked for. All conditions hold together; null means any.</summary>
/// <param name="State">One of <see cref="DeadLetterStates"/>, or <c>open</c> for both of those that are not closed.</param>
/// <param name="StreamId">With its type: <c>order-7f3k</c>.</param>
public sealed record DeadLetterFilter(string Tenant, string? Consumer = null, string? State = null, string? Type = null, string? StreamId = null)
{
    public const string Open = "open";
}
