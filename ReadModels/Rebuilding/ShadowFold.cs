using Npgsql;
using OrleansOrders.EventStore;

namespace OrleansOrders.ReadModels.Rebuilding;

/// <summary>
/// Folds the log into a shadow table, reading the next batch while one is written. What cannot be folded parks its stream
/// for the shadow, in memory: the shadow lives no longer than this, and takes its letters with it when it is switched.
/// </summary>
internal sealed class ShadowFold(ShadowTable table, NpgsqlConnection connection, PostgresReadModels readModels, ParkedSet parked)
{
    private readonly SharedLog _log = new(readModels.Log, readModels.Options);
    private readonly BatchFold _fold = table.Projection.CreateFold(table.Name, readModels.Options.CacheBytes, readModels.Log);
    private readonly BatchSize _size = new(readModels.Options);
    private readonly List<PoisonEvent> _poison = [];

    public long Position { get; private set; }

    /// <summary>The streams that it leaves out: those that it was given, and those that it could not fold.</summary>
    public ParkedSet Parked => parked;

    /// <summary>What it could not fold itself.</summary>
    public IReadOnlyList<PoisonEvent> Poison => _poison;

    /// <summary>Folds up to <paramref name="target"/>, or to the log's end if that comes first.</summary>
    /// <param name="progress">Called after each batch.</param>
    public async Task CatchUp(long target, Func<Task>? progress, CancellationToken cancellation)
    {
        if (Position >= target)
            return;
        var reading = Read(Position, target, cancellation);
        try
        {
            while (true)
            {
                var entries = await reading;
                if (entries.IsEmpty)
                    return;
                var end = entries.Span[^1].Position;
                reading = end < target ? Read(end, target, cancellation) : Task.FromResult(ReadOnlyMemory<LogEntry>.Empty);
                await Write(entries, cancellation);
                Position = end;
                if (progress is not null)
                    await progress();
            }
        }
        finally
        {
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task Write(ReadOnlyMemory<LogEntry> entries, CancellationToken cancellation)
    {
        var batch = await _fold.Write(connection, new Fence(table.Name, Position, 1), entries, parked, null, cancellation);
        if (!batch.IsWritten)
            throw new InvalidOperationException($"Somebody else moved {table.Name}.");
        parked.Add(batch.Poison);
        _poison.AddRange(batch.Poison);
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
