using OrleansOrders.EventStore;

namespace OrleansOrders.Tests.Support;

/// <summary>A store that does what another does; planted bugs change one thing of it.</summary>
internal class StoreInBetween(IEventStore inner) : IEventStore
{
    protected IEventStore Inner => inner;

    public virtual Task<AppendResult> Append(Append append, CancellationToken cancellation) => inner.Append(append, cancellation);

    public virtual Task<StreamHead> ReadHead(StreamName stream, CancellationToken cancellation) => inner.ReadHead(stream, cancellation);

    public virtual Task<IReadOnlyList<RecordedEvent>> ReadStream(
        StreamName stream, long afterVersion, int limit, CancellationToken cancellation) =>
        inner.ReadStream(stream, afterVersion, limit, cancellation);

    public virtual Task<(int Taken, StreamHead Head)> FoldStream(
        StreamName stream, long afterVersion, int limit, Func<FoldableEvent, bool> take, CancellationToken cancellation) =>
        inner.FoldStream(stream, afterVersion, limit, take, cancellation);

    public virtual Task<IReadOnlyList<RecordedEvent>> ReadLog(long afterPosition, int limit, CancellationToken cancellation) =>
        inner.ReadLog(afterPosition, limit, cancellation);

    public Task<long> ReadEnd(CancellationToken cancellation) => inner.ReadEnd(cancellation);

    public Task<bool> WaitBeyond(long position, TimeSpan limit, CancellationToken cancellation) => inner.WaitBeyond(position, limit, cancellation);

    public virtual Task<StoredReceipt?> FindReceipt(string tenant, Guid commandId, CancellationToken cancellation) =>
        inner.FindReceipt(tenant, commandId, cancellation);

    public virtual Task<Snapshot?> ReadSnapshot(StreamName stream, string schema, CancellationToken cancellation) =>
        inner.ReadSnapshot(stream, schema, cancellation);

    public virtual Task WriteSnapshot(StreamName stream, Snapshot snapshot, CancellationToken cancellation) =>
        inner.WriteSnapshot(stream, snapshot, cancellation);

    public Task<IReadOnlyList<EventRepair>> FindRepairs(IReadOnlyCollection<Guid> eventIds, CancellationToken cancellation) =>
        inner.FindRepairs(eventIds, cancellation);
}
