namespace OrleansOrders.EventStore;

/// <summary>The name of one stream of one tenant, <c>order-7f3k...</c> when written out.</summary>
/// <param name="Type">Lower case, no dash: <c>order</c>.</param>
/// <param name="Id">What the owner chose; unique within tenant and type.</param>
public readonly record struct StreamName(string Tenant, string Type, string Id)
{
    /// <summary>As stored: type, dash, id.</summary>
    public string StreamId => $"{Type}-{Id}";

    public override string ToString() => $"{Tenant}/{StreamId}";
}

/// <summary>Where a stream ends.</summary>
/// <param name="Version">Of its last event; 0 when the stream does not exist.</param>
/// <param name="Position">Of its last event in the log; 0 when the stream does not exist.</param>
/// <param name="Hash">Of its last event, 32 bytes; all zero when the stream does not exist.</param>
public sealed record StreamHead(long Version, long Position, ReadOnlyMemory<byte> Hash)
{
    public static readonly StreamHead None = new(0, 0, new byte[32]);
}

/// <summary>An event to append.</summary>
/// <param name="Type">Its stored name, <c>order-placed.v1</c>.</param>
/// <param name="Data">JSON, UTF-8, kept byte for byte.</param>
/// <param name="Metadata">JSON, UTF-8, kept byte for byte.</param>
public sealed record NewEvent(Guid EventId, string Type, byte[] Data, byte[] Metadata, DateTimeOffset OccurredAt);

/// <summary>An event as it stands in the log.</summary>
/// <param name="Position">1 is the first; dense, in commit order.</param>
/// <param name="Stream">Whose event it is.</param>
/// <param name="Version">1 is the stream's first.</param>
/// <param name="Hash">Over the previous event's hash and this one's content; see <see cref="HashChain"/>.</param>
public sealed record RecordedEvent(
    long Position, StreamName Stream, long Version, Guid EventId, string Type, ReadOnlyMemory<byte> Data,
    ReadOnlyMemory<byte> Metadata, DateTimeOffset OccurredAt, DateTimeOffset RecordedAt, ReadOnlyMemory<byte> Hash);

/// <summary>What a fold needs of a stored event.</summary>
public readonly record struct FoldableEvent(long Version, Guid EventId, string Type, byte[] Data);

/// <summary>The record that a command was decided, kept in the transaction of its events.</summary>
/// <param name="CommandId">Unique per tenant.</param>
/// <param name="Fingerprint">A hash of the request.</param>
/// <param name="RefusalCode">Null when the command was accepted.</param>
public sealed record Receipt(Guid CommandId, byte[] Fingerprint, string? RefusalCode, string? RefusalDetail);

/// <summary>A receipt as stored.</summary>
/// <param name="Version">The stream's version after the command.</param>
/// <param name="Position">The position of that version.</param>
public sealed record StoredReceipt(Receipt Receipt, StreamName Stream, long Version, long Position, DateTimeOffset RecordedAt);

/// <summary>
/// One decision to make durable. With no events it only leaves its receipt, under the same check: a refusal, or
/// "already done", holds only if the stream has not moved since it was decided.
/// </summary>
/// <param name="Expected">The head that the decision was made on. <see cref="StreamHead.None"/> means that the stream must not exist.</param>
public sealed record Append(StreamName Stream, StreamHead Expected, IReadOnlyList<NewEvent> Events, Receipt? Receipt);

public abstract record AppendResult
{
    private AppendResult()
    {
    }

    /// <summary>Durable.</summary>
    /// <param name="Head">The stream's head now.</param>
    public sealed record Appended(StreamHead Head, DateTimeOffset RecordedAt) : AppendResult;

    /// <summary>The stream is at another version; nothing was written, no receipt either.</summary>
    public sealed record Conflict(long ActualVersion) : AppendResult;

    /// <summary>The command was decided before; nothing was written.</summary>
    public sealed record AlreadyReceived(StoredReceipt Receipt) : AppendResult;
}

/// <summary>A folded state, kept to save time. Ignored when in doubt.</summary>
/// <param name="Head">The head that the state stands for.</param>
/// <param name="Schema">Identifies the state's shape; another shape is not read.</param>
/// <param name="State">The owner's bytes.</param>
public sealed record Snapshot(StreamHead Head, string Schema, ReadOnlyMemory<byte> State);

/// <summary>
/// The log: streams of events with a version key that fences, one dense commit-ordered sequence over all of them,
/// command receipts, snapshots. It knows bytes and names, not orders.
/// </summary>
public interface IEventStore
{
    /// <summary>
    /// Appends, or says why not. After an error on the way it finds out what happened, on a new connection, before it
    /// answers or tries again.
    /// </summary>
    /// <exception cref="AppendOutcomeUnknownException">The database could not be asked in time: it may have happened.</exception>
    /// <exception cref="StoreUnavailableException">Nothing was written: the queue is full, the store is closing, or there is no database.</exception>
    /// <exception cref="InvalidAppendException">It can never succeed as it is.</exception>
    Task<AppendResult> Append(Append append, CancellationToken cancellation);

    /// <summary>The head now; <see cref="StreamHead.None"/> when the stream does not exist.</summary>
    Task<StreamHead> ReadHead(StreamName stream, CancellationToken cancellation);

    /// <summary>The stream's events after <paramref name="afterVersion"/>, oldest first, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<RecordedEvent>> ReadStream(StreamName stream, long afterVersion, int limit, CancellationToken cancellation);

    /// <summary>
    /// Hands the stream's events after <paramref name="afterVersion"/> to <paramref name="take"/>, oldest first, at most
    /// <paramref name="limit"/>, each while the next are still on their way: for folds, which need no more of an event than this.
    /// </summary>
    /// <param name="take">Returns false to hand an event back and end the reading before it.</param>
    /// <returns>How many were taken, and the head that the last of them made; of none, <see cref="StreamHead.None"/>.</returns>
    Task<(int Taken, StreamHead Head)> FoldStream(
        StreamName stream, long afterVersion, int limit, Func<FoldableEvent, bool> take, CancellationToken cancellation);

    /// <summary>The log after <paramref name="afterPosition"/>, oldest first, at most <paramref name="limit"/>: no gap, ever.</summary>
    Task<IReadOnlyList<RecordedEvent>> ReadLog(long afterPosition, int limit, CancellationToken cancellation);

    /// <summary>The position of the log's last committed event; 0 when it is empty.</summary>
    Task<long> ReadEnd(CancellationToken cancellation);

    /// <summary>Returns when the log has an event after <paramref name="position"/>, or after <paramref name="limit"/>; says which.</summary>
    Task<bool> WaitBeyond(long position, TimeSpan limit, CancellationToken cancellation);

    Task<StoredReceipt?> FindReceipt(string tenant, Guid commandId, CancellationToken cancellation);

    /// <summary>The newest snapshot of that schema whose checksum holds, or null.</summary>
    Task<Snapshot?> ReadSnapshot(StreamName stream, string schema, CancellationToken cancellation);

    /// <summary>Keeps a snapshot; an older one of the stream is replaced, a newer one stays.</summary>
    Task WriteSnapshot(StreamName stream, Snapshot snapshot, CancellationToken cancellation);

    /// <summary>
    /// The newest repair of each of these events that has one. Only a reader that failed to decode or fold an event asks, and
    /// then takes the repair in its place; the log itself never changes.
    /// </summary>
    Task<IReadOnlyList<EventRepair>> FindRepairs(IReadOnlyCollection<Guid> eventIds, CancellationToken cancellation);
}

/// <summary>The database did not say whether it committed, and could not be asked in time.</summary>
public sealed class AppendOutcomeUnknownException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The store takes nothing at the moment. Nothing was written.</summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
