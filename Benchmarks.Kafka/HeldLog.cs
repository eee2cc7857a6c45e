using OrleansOrders.EventStore;

namespace OrleansOrders.Benchmarks.Kafka;

/// <summary>
/// A log whose reader is shown only its beginning until it is opened, so that a publisher has taken its lease, asked for its topics
/// and sent its first message before the clock starts.
/// </summary>
internal sealed class HeldLog(IEventStore log, long held) : IEventStore
{
    private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Open() => opened.SetResult();

    public Task<IReadOnlyList<RecordedEvent>> ReadLog(long afterPosition, int limit, CancellationToken cancellation)
    {
        // Whoever asks for a single event compares the topics with the log, before anything is published.
        if (opened.Task.IsCompleted || limit == 1)
            return log.ReadLog(afterPosition, limit, cancellation);
        return afterPosition < held
            ? log.ReadLog(afterPosition, (int)Math.Min(limit, held - afterPosition), cancellation)
            : Task.FromResult<IReadOnlyList<RecordedEvent>>([]);
    }

    public async Task<bool> WaitBeyond(long position, TimeSpan limit, CancellationToken cancellation)
    {
        if (position < held)
            return await log.WaitBeyond(position, limit, cancellation);
        await Task.WhenAny(opened.Task, Task.Delay(limit, cancellation));
        return opened.Task.IsCompleted && await log.WaitBeyond(position, limit, cancellation);
    }

    public Task<AppendResult> Append(Append append, CancellationToken cancellation) => log.Append(append, cancellation);

    public Task<StreamHead> ReadHead(StreamName stream, CancellationToken cancellation) => log.ReadHead(stream, cancellation);

    public Task<IReadOnlyList<RecordedEvent>> ReadStream(StreamName stream, long afterVersion, int limit, CancellationToken cancellation) =>
        log.ReadStream(stream, afterVersion, limit, cancellation);

    public Task<(int Taken, StreamHead Head)> FoldStream(
        StreamName stream, long afterVersion, int limit, Func<FoldableEvent, bool> take, CancellationToken cancellation) =>
        log.FoldStream(stream, afterVersion, limit, take, cancellation);

    public Task<long> ReadEnd(CancellationToken cancellation) => log.ReadEnd(cancellation);

    public Task<StoredReceipt?> FindReceipt(string tenant, Guid commandId, CancellationToken cancellation) =>
        log.FindReceipt(tenant, commandId, cancellation);

    public Task<Snapshot?> ReadSnapshot(StreamName stream, string schema, CancellationToken cancellation) =>
        log.ReadSnapshot(stream, schema, cancellation);

    public Task WriteSnapshot(StreamName stream, Snapshot snapshot, CancellationToken cancellation) =>
        log.WriteSnapshot(stream, snapshot, cancellation);

    public Task<IReadOnlyList<EventRepair>> FindRepairs(IReadOnlyCollection<Guid> eventIds, CancellationToken cancellation) =>
        log.FindRepairs(eventIds, cancellation);
}
