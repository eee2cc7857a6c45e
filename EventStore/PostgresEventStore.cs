using Npgsql;

namespace OrleansOrders.EventStore;

/// <summary>The log on PostgreSQL. One per process: its writer groups the appends of everybody in it.</summary>
/// <remarks>
/// It keeps one connection for writing, a second one once so much was written that two batches were on their way, one more
/// while somebody waits for the log to grow, and borrows one for every read.
/// The database must have been prepared by <see cref="Migrator"/> with <see cref="EventStoreSchema.Migrations"/>.
/// </remarks>
public sealed class PostgresEventStore : IEventStore, IAsyncDisposable
{
    private readonly NpgsqlDataSource _dataSource;
    private readonly LogReader _reader;
    private readonly SnapshotTable _snapshots;
    private readonly EndWatcher _watcher;
    private readonly GroupCommitWriter _writer;
    private readonly FreshEvents _fresh;
    private readonly Action<string>? _boundary;

    /// <param name="dataSource">Stays the caller's, who disposes it after the store.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public PostgresEventStore(NpgsqlDataSource dataSource, EventStoreOptions options, TimeProvider time)
    {
        var limits = options.Checked();
        var doorbell = new Doorbell(time);
        _dataSource = dataSource;
        _boundary = limits.Boundary;
        _reader = new LogReader(dataSource);
        _snapshots = new SnapshotTable(dataSource);
        _fresh = new FreshEvents(limits.FreshEvents, limits.FreshBytes);
        _writer = new GroupCommitWriter(dataSource, limits, time, doorbell, _fresh);
        _watcher = new EndWatcher(dataSource, limits, time, doorbell, () => _writer.IsAppending);
    }

    /// <summary>Batches that were committed so far.</summary>
    public long Batches => _writer.Batches;

    /// <inheritdoc/>
    public Task<AppendResult> Append(Append append, CancellationToken cancellation) => _writer.Append(append, cancellation);

    /// <inheritdoc/>
    public Task<StreamHead> ReadHead(StreamName stream, CancellationToken cancellation) => _reader.ReadHead(stream, cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RecordedEvent>> ReadStream(
        StreamName stream, long afterVersion, int limit, CancellationToken cancellation) =>
        _reader.ReadStream(stream, afterVersion, limit, cancellation);

    /// <inheritdoc/>
    public Task<(int Taken, StreamHead Head)> FoldStream(
        StreamName stream, long afterVersion, int limit, Func<FoldableEvent, bool> take, CancellationToken cancellation) =>
        _reader.FoldStream(stream, afterVersion, limit, take, cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RecordedEvent>> ReadLog(long afterPosition, int limit, CancellationToken cancellation) =>
        _fresh.Read(afterPosition, limit) is { } fresh ? Task.FromResult(fresh) : _reader.ReadLog(afterPosition, limit, cancellation);

    /// <inheritdoc/>
    public Task<long> ReadEnd(CancellationToken cancellation) => _reader.ReadEnd(cancellation);

    /// <inheritdoc/>
    public Task<bool> WaitBeyond(long position, TimeSpan limit, CancellationToken cancellation) =>
        _watcher.WaitBeyond(position, limit, cancellation);

    /// <inheritdoc/>
    public async Task<StoredReceipt?> FindReceipt(string tenant, Guid commandId, CancellationToken cancellation)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellation);
        return await ReceiptTable.Find(connection, tenant, commandId, cancellation);
    }

    /// <inheritdoc/>
    public Task<Snapshot?> ReadSnapshot(StreamName stream, string schema, CancellationToken cancellation) =>
        _snapshots.Read(stream, schema, cancellation);

    /// <inheritdoc/>
    public Task WriteSnapshot(StreamName stream, Snapshot snapshot, CancellationToken cancellation)
    {
        _boundary?.Invoke("snapshot/before");
        var writing = _snapshots.Write(stream, snapshot, cancellation);
        _boundary?.Invoke("snapshot/sent");
        return writing;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<EventRepair>> FindRepairs(IReadOnlyCollection<Guid> eventIds, CancellationToken cancellation) =>
        RepairTable.Find(_dataSource, eventIds, cancellation);

    /// <summary>Takes no more appends, writes those that wait, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        await _watcher.DisposeAsync();
    }
}
