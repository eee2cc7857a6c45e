using Npgsql;

namespace OrleansOrders.ReadModels.Rebuilding;

/// <summary>Folds the log into a shadow table, reading the next batch while one is written.</summary>
internal sealed class ShadowFold(ShadowTable table, NpgsqlConnection connection, SharedLog log, ReadModelsOptions options)
{
    private readonly BatchFold _fold = table.Projection.CreateFold(table.Name, options.CacheBytes);
    private readonly BatchSize _size = new(options);

    public long Position { get; private set; }

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
                if (!await _fold.Write(connection, new Fence(table.Name, Position, 1), entries, cancellation))
                    throw new InvalidOperationException($"Somebody else moved {table.Name}.");
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

    private async Task<ReadOnlyMemory<LogEntry>> Read(long after, long target, CancellationToken cancellation)
    {
        var entries = await log.Fetch(after, (int)Math.Min(_size.Events, target - after), cancellation);
        var bytes = 0L;
        foreach (var entry in entries.Span)
            bytes += entry.Bytes;
        _size.Adapt(bytes);
        return entries;
    }
}
