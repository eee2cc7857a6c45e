namespace OrleansOrders.EventStore;

/// <summary>What goes wrong with one attempt to append; see <see cref="InMemoryEventStore.Fault"/>.</summary>
public enum AppendFault
{
    None,

    /// <summary>The attempt fails before it commits; the store notices that nothing is there and tries again.</summary>
    FailBeforeCommit,

    /// <summary>The attempt commits and its reply is lost; the store finds its own events.</summary>
    LoseReply,

    /// <summary>The attempt fails before it commits, and nobody can be asked: the caller is told "unknown".</summary>
    UnknownBeforeCommit,

    /// <summary>The attempt commits, its reply is lost, and nobody can be asked: the caller is told "unknown".</summary>
    UnknownAfterCommit,

    /// <summary>The store takes nothing.</summary>
    Unavailable,
}

/// <summary>The log without a database, for tests and simulation. The rules are the same; a contract suite holds both to them.</summary>
public sealed class InMemoryEventStore : IEventStore
{
    private const int MostAttempts = 10;

    private readonly TimeProvider _time;
    private readonly Doorbell _doorbell;
    private readonly Lock _gate = new();
    private readonly List<RecordedEvent> _log = [];
    private readonly Dictionary<StreamName, List<RecordedEvent>> _streams = [];
    private readonly Dictionary<(string Tenant, Guid CommandId), StoredReceipt> _receipts = [];
    private readonly Dictionary<StreamName, Snapshot> _snapshots = [];
    private readonly Dictionary<(string Tenant, Guid EventId), EventRepair> _repairs = [];

    public InMemoryEventStore(TimeProvider time)
    {
        _time = time;
        _doorbell = new Doorbell(time);
    }

    /// <summary>Asked before every attempt to append, so that a test can plant what the network does; null plants nothing.</summary>
    public Func<Append, AppendFault>? Fault { get; set; }

    /// <inheritdoc/>
    public Task<AppendResult> Append(Append append, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
            return Task.FromCanceled<AppendResult>(cancellation);
        try
        {
            AppendRules.Check(append);
            AppendRules.CheckJson(append);
            return Task.FromResult(AppendUntilKnown(append));
        }
        catch (Exception error) when (error is InvalidAppendException or AppendOutcomeUnknownException or StoreUnavailableException)
        {
            return Task.FromException<AppendResult>(error);
        }
    }

    /// <inheritdoc/>
    public Task<StreamHead> ReadHead(StreamName stream, CancellationToken cancellation)
    {
        lock (_gate)
            return Task.FromResult(HeadOf(stream));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<RecordedEvent>> ReadStream(
        StreamName stream, long afterVersion, int limit, CancellationToken cancellation)
    {
        lock (_gate)
            return Task.FromResult(Slice(_streams.GetValueOrDefault(stream) ?? [], afterVersion, limit));
    }

    /// <inheritdoc/>
    public async Task<(int Taken, StreamHead Head)> FoldStream(
        StreamName stream, long afterVersion, int limit, Func<FoldableEvent, bool> take, CancellationToken cancellation)
    {
        var (taken, head) = (0, StreamHead.None);
        foreach (var recorded in await ReadStream(stream, afterVersion, limit, cancellation))
        {
            if (!take(new FoldableEvent(recorded.Version, recorded.EventId, recorded.Type, recorded.Data.ToArray())))
                break;
            taken++;
            head = new StreamHead(recorded.Version, recorded.Position, recorded.Hash);
        }
        return (taken, head);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<RecordedEvent>> ReadLog(long afterPosition, int limit, CancellationToken cancellation)
    {
        lock (_gate)
            return Task.FromResult(Slice(_log, afterPosition, limit));
    }

    /// <inheritdoc/>
    public Task<long> ReadEnd(CancellationToken cancellation)
    {
        lock (_gate)
            return Task.FromResult((long)_log.Count);
    }

    /// <inheritdoc/>
    public Task<bool> WaitBeyond(long position, TimeSpan limit, CancellationToken cancellation) =>
        _doorbell.WaitBeyond(position, limit, cancellation);

    /// <inheritdoc/>
    public Task<StoredReceipt?> FindReceipt(string tenant, Guid commandId, CancellationToken cancellation)
    {
        lock (_gate)
            return Task.FromResult(_receipts.GetValueOrDefault((tenant, commandId)));
    }

    /// <inheritdoc/>
    public Task<Snapshot?> ReadSnapshot(StreamName stream, string schema, CancellationToken cancellation)
    {
        lock (_gate)
        {
            var snapshot = _snapshots.GetValueOrDefault(stream);
            return Task.FromResult(snapshot?.Schema == schema ? snapshot : null);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<EventRepair>> FindRepairs(IReadOnlyCollection<Guid> eventIds, CancellationToken cancellation)
    {
        lock (_gate)
            return Task.FromResult<IReadOnlyList<EventRepair>>([.. _repairs.Values.Where(repair => eventIds.Contains(repair.EventId))]);
    }

    /// <summary>From now on this stands for the event where readers fail on it.</summary>
    public void Repair(EventRepair repair)
    {
        lock (_gate)
            _repairs[(repair.Tenant, repair.EventId)] = repair;
    }

    /// <inheritdoc/>
    public Task WriteSnapshot(StreamName stream, Snapshot snapshot, CancellationToken cancellation)
    {
        lock (_gate)
        {
            var kept = _snapshots.GetValueOrDefault(stream);
            if (kept is null || kept.Head.Version <= snapshot.Head.Version || kept.Schema != snapshot.Schema)
                _snapshots[stream] = snapshot;
        }
        return Task.CompletedTask;
    }

    private static IReadOnlyList<RecordedEvent> Slice(List<RecordedEvent> events, long after, int limit)
    {
        var start = (int)Math.Clamp(after, 0, events.Count);
        return events.GetRange(start, Math.Min(limit, events.Count - start));
    }

    private StreamHead HeadOf(StreamName stream) =>
        _streams.GetValueOrDefault(stream) is [.., var last] ? new StreamHead(last.Version, last.Position, last.Hash) : StreamHead.None;

    private AppendResult AppendUntilKnown(Append append)
    {
        AppendResult? lost = null;
        for (var attempt = 1; attempt <= MostAttempts; attempt++)
        {
            switch (Fault?.Invoke(append) ?? AppendFault.None)
            {
                case AppendFault.None:
                    var result = Commit(append);
                    return lost is AppendResult.Appended ? lost : result;
                case AppendFault.LoseReply:
                    var unheard = Commit(append);
                    lost ??= unheard;
                    break;
                case AppendFault.UnknownBeforeCommit:
                    throw Unknown();
                case AppendFault.UnknownAfterCommit:
                    Commit(append);
                    throw Unknown();
                case AppendFault.Unavailable:
                    throw new StoreUnavailableException("The store takes nothing at the moment.");
                default:
                    break;
            }
        }
        throw Unknown();
    }

    private static AppendOutcomeUnknownException Unknown() =>
        new("The log did not say whether the append was committed, and could not be asked in time.");

    private AppendResult Commit(Append append)
    {
        long end;
        AppendResult.Appended appended;
        lock (_gate)
        {
            if (append.Receipt is { } asked && _receipts.TryGetValue((append.Stream.Tenant, asked.CommandId), out var stored))
                return new AppendResult.AlreadyReceived(stored);
            var head = HeadOf(append.Stream);
            if (head.Version != append.Expected.Version)
                return new AppendResult.Conflict(head.Version);
            AppendRules.CheckHash(append, head.Hash.Span);
            var recordedAt = HashChain.Round(_time.GetUtcNow());
            Record(append, head, recordedAt);
            appended = new AppendResult.Appended(HeadOf(append.Stream), recordedAt);
            if (append.Receipt is { } receipt)
                _receipts.Add((append.Stream.Tenant, receipt.CommandId), new StoredReceipt(
                    receipt, append.Stream, appended.Head.Version, appended.Head.Position, recordedAt));
            end = _log.Count;
        }
        _doorbell.Ring(end);
        return appended;
    }

    private void Record(Append append, StreamHead head, DateTimeOffset recordedAt)
    {
        if (append.Events.Count == 0)
            return;
        if (!_streams.TryGetValue(append.Stream, out var events))
            _streams.Add(append.Stream, events = []);
        var hash = head.Hash;
        foreach (var added in append.Events)
        {
            hash = HashChain.Next(hash.Span, append.Stream, events.Count + 1, added);
            var recorded = new RecordedEvent(
                _log.Count + 1, append.Stream, events.Count + 1, added.EventId, added.Type, added.Data, added.Metadata,
                HashChain.Round(added.OccurredAt), recordedAt, hash);
            events.Add(recorded);
            _log.Add(recorded);
        }
    }
}
