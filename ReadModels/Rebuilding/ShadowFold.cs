using Npgsql;
using OrleansOrders.Domain;
using OrleansOrders.EventStore;

namespace OrleansOrders.ReadModels.Rebuilding;

/// <summary>
/// Folds the log into a shadow table, reading the next batch while one is written. What cannot be folded parks its stream
/// for the shadow, in memory: the shadow lives no longer than this, and takes its letters with it when it is switched.
/// </summary>
internal sealed class ShadowFold(ShadowTable table, NpgsqlConnection connection, PostgresReadModels readModels, ParkedSet parked)
{
    private readonly SharedLog _log = new(readModels.Log, readModels.Options, readModels.Time);
    private readonly BatchFold _fold = table.Projection.CreateFold(table.Name, readModels.Options.CacheBytes, readModels.Log);
    private readonly BatchSize _size = new(readModels.Options);
    private readonly List<PoisonEvent> _poison = [];

    // What a part has beyond the position, because the live table's part was further on.
    private readonly long[] _ahead = new long[PublishedEvents.Partitions];
    private long _written;

    /// <summary>Everything up to here is in the shadow.</summary>
    public long Position { get; private set; }

    /// <summary>The streams that it leaves out: those that it was given, and those that it could not fold.</summary>
    public ParkedSet Parked => parked;

    /// <summary>What it could not fold itself.</summary>
    public IReadOnlyList<PoisonEvent> Poison => _poison;

    /// <summary>Folds up to <paramref name="target"/>, or to the log's end if that comes first.</summary>
    /// <param name="progress">Called after each batch.</param>
    public async Task CatchUp(long target, Func<Task>? progress, CancellationToken cancellation)
    {
        await foreach (var entries in ReadUntil(target, cancellation))
        {
            await Write(entries.Span, _ => true, cancellation);
            Position = entries.Span[^1].Position;
            if (progress is not null)
                await progress();
        }
    }

    /// <summary>Folds exactly what the live table has.</summary>
    /// <returns>The position of the last event that was looked at: where the log ends, if that comes before the live positions.</returns>
    public async Task<long> CatchUp(LivePositions live, CancellationToken cancellation)
    {
        await CatchUp(live.Lowest, null, cancellation);
        var end = Position;
        await foreach (var entries in ReadUntil(live.Highest, cancellation))
        {
            await Write(entries.Span, entry => live.Cover(entry.Recorded), cancellation);
            end = entries.Span[^1].Position;
        }
        return end;
    }

    private Task Write(ReadOnlySpan<LogEntry> read, Func<LogEntry, bool> isWanted, CancellationToken cancellation)
    {
        var entries = new List<LogEntry>(read.Length);
        foreach (var entry in read)
        {
            ref var ahead = ref _ahead[PublishedEvents.PartitionOf(entry.Recorded.Stream.StreamId)];
            if (entry.Position <= ahead || !isWanted(entry))
                continue;
            ahead = entry.Position;
            entries.Add(entry);
        }
        return Write(entries, cancellation);
    }

    private async Task Write(List<LogEntry> entries, CancellationToken cancellation)
    {
        if (entries.Count == 0)
            return;
        var batch = await _fold.Write(connection, new Fence(table.Name, _written, 1), entries.ToArray(), parked, null, cancellation);
        if (!batch.IsWritten)
            throw new InvalidOperationException($"Somebody else moved {table.Name}.");
        parked.Add(batch.Poison);
        _poison.AddRange(batch.Poison);
        _written = entries[^1].Position;
    }

    private async IAsyncEnumerable<ReadOnlyMemory<LogEntry>> ReadUntil(
        long target, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        if (Position >= target)
            yield break;
        var reading = Read(Position, target, cancellation);
        try
        {
            while (true)
            {
                var entries = await reading;
                if (entries.IsEmpty)
                    yield break;
                var end = entries.Span[^1].Position;
                reading = end < target ? Read(end, target, cancellation) : Task.FromResult(ReadOnlyMemory<LogEntry>.Empty);
                yield return entries;
            }
        }
        finally
        {
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<ReadOnlyMemory<LogEntry>> Read(long after, long target, CancellationToken cancellation)
    {
        var entries = await _log.Fetch(after, (int)Math.Min(_size.Events, target - after), cancellation);
        var bytes = 0L;
        foreach (var entry in entries.Span)
            bytes += entry.Bytes;
        _size.Adapt(bytes);
        return entries;
    }
}
