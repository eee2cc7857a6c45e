using Npgsql;
using NpgsqlTypes;

namespace OrleansOrders.ReadModels;

/// <summary>Where a table stands, and which table it is: both must still hold when a batch is written.</summary>
/// <param name="Name">Of the row in <c>projections</c>.</param>
internal sealed record Fence(string Name, long Position, long Generation);

/// <summary>Folds batches of the log into one table, each batch and its position in one statement.</summary>
internal abstract class BatchFold
{
    /// <summary>Applies the entries, which follow the fence's position without a gap.</summary>
    /// <returns>False when the position or the table is no longer the fence's; then nothing was written.</returns>
    /// <exception cref="ProjectionFailedException">An event cannot be decoded or folded; nothing was written.</exception>
    public abstract Task<bool> Write(
        NpgsqlConnection connection, Fence fence, ReadOnlyMemory<LogEntry> entries, CancellationToken cancellation);

    /// <summary>Forgets the remembered rows; after any error, and when the table is not the one that they came from.</summary>
    public abstract void Forget();
}

internal sealed class BatchFold<TKey, TRow>(Projection<TKey, TRow> projection, TableStatements statements, int cacheBytes) : BatchFold
    where TKey : struct, IEquatable<TKey>
    where TRow : class, IProjectionRow<TKey>
{
    private readonly RowCache<TKey, TRow> _cache = new(cacheBytes, projection.BytesOf);

    public override void Forget() => _cache.Clear();

    public override async Task<bool> Write(
        NpgsqlConnection connection, Fence fence, ReadOnlyMemory<LogEntry> entries, CancellationToken cancellation)
    {
        try
        {
            var rows = new Dictionary<TKey, TRow?>();
            var missing = Route(entries.Span, rows);
            if (missing.Count > 0)
                await Load(connection, missing, rows, cancellation);
            var changed = Fold(entries.Span, rows);
            var end = entries.Span[^1].Position;
            var held = changed.Count == 0
                ? await Advance(connection, fence, end, cancellation)
                : await Upsert(connection, fence, end, changed, cancellation);
            if (held)
                Remember(rows);
            else
                Forget();
            return held;
        }
        catch
        {
            Forget();
            throw;
        }
    }

    /// <summary>Finds the rows that the entries touch: remembered, certainly new, or to be loaded.</summary>
    private List<TKey> Route(ReadOnlySpan<LogEntry> entries, Dictionary<TKey, TRow?> rows)
    {
        var missing = new List<TKey>();
        foreach (var entry in entries)
        {
            if (entry.Recorded.Stream.Type != projection.StreamType)
                continue;
            var envelope = entry.Envelope;
            foreach (var key in projection.KeysOf(envelope))
            {
                if (rows.ContainsKey(key))
                    continue;
                var row = _cache.Find(key);
                rows.Add(key, row);
                if (row is null && !projection.StartsRow(envelope))
                    missing.Add(key);
            }
        }
        return missing;
    }

    private List<TRow> Fold(ReadOnlySpan<LogEntry> entries, Dictionary<TKey, TRow?> rows)
    {
        var changed = new Dictionary<TKey, TRow>();
        foreach (var entry in entries)
        {
            if (entry.Recorded.Stream.Type != projection.StreamType)
                continue;
            foreach (var key in projection.KeysOf(entry.Envelope))
            {
                var before = rows[key];
                var after = Apply(key, before, entry);
                if (after is null || ReferenceEquals(after, before))
                    continue;
                rows[key] = after;
                changed[key] = after;
            }
        }
        return [.. changed.Values];
    }

    private TRow? Apply(TKey key, TRow? row, LogEntry entry)
    {
        try
        {
            return projection.Apply(key, row, entry.Envelope);
        }
        catch (Exception failure) when (failure is not (OutOfMemoryException or ProjectionFailedException))
        {
            throw new ProjectionFailedException(entry.Recorded, failure);
        }
    }

    private async Task Load(
        NpgsqlConnection connection, List<TKey> keys, Dictionary<TKey, TRow?> rows, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(statements.Load, connection);
        foreach (var column in projection.KeyColumns)
            command.Parameters.Add(column.ToParameter(keys));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var row = projection.Read(reader);
            rows[row.Key] = row;
        }
    }

    private static async Task<bool> Advance(NpgsqlConnection connection, Fence fence, long end, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(TableStatements.Advance, connection);
        AddFence(command, fence, end);
        return await command.ExecuteNonQueryAsync(cancellation) == 1;
    }

    private async Task<bool> Upsert(
        NpgsqlConnection connection, Fence fence, long end, List<TRow> changed, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(statements.Write, connection);
        AddFence(command, fence, end);
        var keys = changed.ConvertAll(row => row.Key);
        foreach (var column in projection.KeyColumns)
            command.Parameters.Add(column.ToParameter(keys));
        foreach (var column in projection.RowColumns)
            command.Parameters.Add(column.ToParameter(changed));
        return (long)(await command.ExecuteScalarAsync(cancellation))! == 1;
    }

    private static void AddFence(NpgsqlCommand command, Fence fence, long end)
    {
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = end, NpgsqlDbType = NpgsqlDbType.Bigint });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = fence.Name, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = fence.Position, NpgsqlDbType = NpgsqlDbType.Bigint });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = fence.Generation, NpgsqlDbType = NpgsqlDbType.Bigint });
    }

    private void Remember(Dictionary<TKey, TRow?> rows)
    {
        foreach (var (key, row) in rows)
        {
            if (row is not null)
                _cache.Keep(key, projection.Written(row));
        }
    }
}
