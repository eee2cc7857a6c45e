namespace OrleansOrders.EventStore;

/// <summary>
/// The last events that this process has committed, in the order of the log and without a gap, so that those who read at
/// the log's end need not fetch from the database what was just written there. Bounded in number and bytes. What is not
/// here is read from the database, as ever.
/// </summary>
internal sealed class FreshEvents(int mostEvents, int mostBytes)
{
    private readonly Lock gate = new();
    private readonly RecordedEvent?[] ring = new RecordedEvent?[mostEvents];
    private long first = 1;
    private long last;
    private long bytes;

    /// <summary>
    /// Takes what a committed batch has added. Where another process wrote in between, what stood here is forgotten: a gap
    /// would be taken for the log.
    /// </summary>
    public void Add(IReadOnlyList<PendingAppend> batch, AppendOutcome[] outcomes)
    {
        lock (gate)
        {
            for (var i = 0; i < outcomes.Length; i++)
            {
                // What an earlier attempt has committed stands elsewhere in the log, among whatever else was written then.
                if (outcomes[i] is { Result: AppendResult.Appended appended, IsFoundAgain: false })
                    Add(batch[i], appended);
            }
        }
    }

    /// <returns>Null when the database has to be asked.</returns>
    public IReadOnlyList<RecordedEvent>? Read(long afterPosition, int limit)
    {
        lock (gate)
        {
            if (afterPosition + 1 < first || afterPosition >= last || limit <= 0)
                return null;
            var events = new RecordedEvent[Math.Min(limit, last - afterPosition)];
            for (var i = 0; i < events.Length; i++)
                events[i] = ring[(afterPosition + 1 + i) % mostEvents]!;
            return events;
        }
    }

    private void Add(PendingAppend pending, AppendResult.Appended appended)
    {
        var request = pending.Request;
        for (var i = 0; i < request.Events.Count; i++)
        {
            var added = request.Events[i];
            var position = appended.Head.Position - request.Events.Count + 1 + i;
            if (position != last + 1)
                Forget(position);
            ring[position % mostEvents] = new RecordedEvent(
                position, request.Stream, request.Expected.Version + 1 + i, added.EventId, added.Type, added.Data, added.Metadata,
                HashChain.Round(added.OccurredAt), appended.RecordedAt, pending.EventHashes[i]);
            last = position;
            bytes += Size(added.Data.Length, added.Metadata.Length);
            while (last - first >= mostEvents - 1 || bytes > mostBytes)
                DropFirst();
        }
    }

    private void DropFirst()
    {
        var dropped = ring[first % mostEvents]!;
        ring[first % mostEvents] = null;
        bytes -= Size(dropped.Data.Length, dropped.Metadata.Length);
        first++;
    }

    private void Forget(long next)
    {
        Array.Clear(ring);
        (first, last, bytes) = (next, next - 1, 0);
    }

    private static int Size(int data, int metadata) => data + metadata + 300;
}
