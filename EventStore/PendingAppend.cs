namespace OrleansOrders.EventStore;

/// <summary>An append on its way: what its caller waits for, and what the writer needs to know of it.</summary>
internal sealed class PendingAppend
{
    private const int Queued = 0;
    private const int Taken = 1;
    private const int Abandoned = 2;

    private readonly TaskCompletionSource<AppendResult> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _state;

    /// <summary>Hashing happens here, on the caller's thread; the writer has enough to do.</summary>
    public PendingAppend(Append append, long startedAt)
    {
        Request = append;
        StartedAt = startedAt;
        EventHashes = new byte[append.Events.Count][];
        var hash = append.Expected.Hash;
        for (var i = 0; i < EventHashes.Length; i++)
        {
            var added = append.Events[i];
            EventHashes[i] = HashChain.Next(hash.Span, append.Stream, append.Expected.Version + i + 1, added);
            hash = EventHashes[i];
            Bytes += added.Data.Length + added.Metadata.Length;
        }
        ExpectedHash = append.Expected.Hash.ToArray();
        HeadHash = EventHashes is [.., var last] ? last : ExpectedHash;
        StreamId = append.Stream.StreamId;
        if (append.Receipt is { } receipt)
            ReceiptDigest = EventStore.ReceiptDigest.Of(receipt, append.Stream, StreamId, append.Expected.Version + append.Events.Count);
    }

    public Append Request { get; }

    /// <summary>A timestamp of the store's clock.</summary>
    public long StartedAt { get; }

    public string StreamId { get; }

    public byte[] ExpectedHash { get; }

    public byte[][] EventHashes { get; }

    /// <summary>Null without a receipt.</summary>
    public byte[]? ReceiptDigest { get; }

    /// <summary>The stream's hash once this is appended.</summary>
    public byte[] HeadHash { get; }

    public int Bytes { get; }

    public Task<AppendResult> Reply => _reply.Task;

    /// <summary>An attempt ended without an answer: from here on, only its events tell whether it was committed.</summary>
    public bool MayBeCommitted { get; set; }

    /// <summary>False when the caller has gone; once taken, it can no longer go.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, Taken, Queued) == Queued;

    public void Abandon(CancellationToken cancellation)
    {
        if (Interlocked.CompareExchange(ref _state, Abandoned, Queued) == Queued)
            _reply.TrySetCanceled(cancellation);
    }

    public void Answer(AppendResult result) => _reply.TrySetResult(result);

    public void Fail(Exception error) => _reply.TrySetException(error);
}
