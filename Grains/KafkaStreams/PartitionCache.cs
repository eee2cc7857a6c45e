using Orleans.Runtime;
using Orleans.Streams;

namespace OrleansOrders.Grains.KafkaStreams;

/// <summary>
/// What was read of one partition and is not delivered yet, oldest first. It lets go of a batch only when every consumer of
/// its stream has taken it, and of none behind one that is still held: what it has let go of may be committed as one offset.
/// </summary>
/// <remarks>Used by one pulling agent, on its turns.</remarks>
internal sealed class PartitionCache(KafkaStreamOptions options) : IQueueCache
{
    private readonly Queue<Entry> entries = [];
    private readonly Dictionary<StreamId, Line> lines = [];
    private long number;
    private int messages;
    private long bytes;

    /// <summary>Never 0: the agent would not come back to take away what was delivered.</summary>
    public int GetMaxAddCount() => Math.Max(1, options.MessagesInMemory - messages);

    public bool IsUnderPressure() => messages >= options.MessagesInMemory || bytes >= options.BytesInMemory;

    public void AddToCache(IList<IBatchContainer> messages)
    {
        foreach (var batch in messages.Cast<KafkaBatch>())
        {
            var entry = new Entry(number++, batch);
            entries.Enqueue(entry);
            LineOf(batch.StreamId).Entries.Enqueue(entry);
            this.messages += batch.Items.Count;
            bytes += batch.Bytes;
        }
    }

    public bool TryPurgeFromCache(out IList<IBatchContainer> purgedItems)
    {
        var delivered = new List<IBatchContainer>();
        purgedItems = delivered;
        while (entries.TryPeek(out var oldest) && !LineOf(oldest.Batch.StreamId).Holds(oldest))
        {
            Remove(entries.Dequeue());
            delivered.Add(oldest.Batch);
        }
        return delivered.Count > 0;
    }

    public IQueueCacheCursor GetCacheCursor(StreamId streamId, StreamSequenceToken? token)
    {
        var line = LineOf(streamId);
        // Without a token: everything that is still here. Twice is allowed, never is not.
        var first = line.Entries.FirstOrDefault(entry => token is null || entry.Batch.LastOffset >= token.SequenceNumber);
        return new Cursor(this, line, first?.Number ?? number);
    }

    private Line LineOf(StreamId streamId)
    {
        if (!lines.TryGetValue(streamId, out var line))
            lines.Add(streamId, line = new Line(streamId));
        return line;
    }

    private void Remove(Entry entry)
    {
        var line = lines[entry.Batch.StreamId];
        line.Entries.Dequeue();
        Forget(line);
        messages -= entry.Batch.Items.Count;
        bytes -= entry.Batch.Bytes;
    }

    private void Forget(Line line)
    {
        if (line.Entries.Count == 0 && line.Cursors.Count == 0)
            lines.Remove(line.StreamId);
    }

    private sealed record Entry(long Number, KafkaBatch Batch);

    /// <summary>One stream's batches, and who takes them.</summary>
    private sealed class Line(StreamId streamId)
    {
        public StreamId StreamId => streamId;

        public Queue<Entry> Entries { get; } = [];

        public HashSet<Cursor> Cursors { get; } = [];

        public bool Holds(Entry entry)
        {
            foreach (var cursor in Cursors)
            {
                if (cursor.Wants <= entry.Number)
                    return true;
            }
            return false;
        }
    }

    private sealed class Cursor : IQueueCacheCursor
    {
        private readonly PartitionCache cache;
        private readonly Line line;
        private Entry? current;
        private bool failed;

        public Cursor(PartitionCache cache, Line line, long first)
        {
            (this.cache, this.line, Wants) = (cache, line, first);
            line.Cursors.Add(this);
            cache.lines[line.StreamId] = line;
        }

        /// <summary>The first entry that this consumer has not taken: the one in its hands, or the next.</summary>
        public long Wants { get; private set; }

        public IBatchContainer GetCurrent(out Exception exception)
        {
            exception = null!;
            return current!.Batch;
        }

        /// <summary>Asking for the next one says that the last one was taken, unless it was said to have failed.</summary>
        public bool MoveNext()
        {
            if (failed)
            {
                failed = false;
                return current is not null;
            }
            if (current is not null)
                Wants = current.Number + 1;
            current = line.Entries.FirstOrDefault(entry => entry.Number >= Wants);
            return current is not null;
        }

        public void Refresh(StreamSequenceToken token)
        {
            // It finds what is new by itself.
        }

        public void RecordDeliveryFailure() => failed = true;

        public void Dispose()
        {
            line.Cursors.Remove(this);
            cache.Forget(line);
        }
    }
}
