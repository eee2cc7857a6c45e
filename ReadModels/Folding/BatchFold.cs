using Npgsql;
using NpgsqlTypes;
using OrleansOrders.EventStore;

namespace OrleansOrders.ReadModels;

/// <summary>What became of a batch.</summary>
/// <param name="IsWritten">False when the position or the table is no longer the fence's; then nothing was written.</param>
/// <param name="Poison">Events that could not be folded, one for each stream that is parked from there on.</param>
internal readonly record struct FoldedBatch(bool IsWritten, IReadOnlyList<PoisonEvent> Poison);

/// <summary>Writes what was folded, and the position with it. To be called once everything before it is written.</summary>
internal delegate Task<FoldedBatch> StoreBatch(NpgsqlConnection connection, Fence fence, CancellationToken cancellation);

/// <summary>Folds batches of the log into one table, each batch and its position in one statement.</summary>
internal abstract class BatchFold
{
    /// <summary>
    /// Applies the entries, which follow the fence's position without a gap, but leaves out parked streams. An event that
    /// cannot be decoded or folded, as it stands or as it was repaired, parks its stream in the transaction of the position.
    /// </summary>
    /// <param name="consumer">Under which name letters are written; null leaves them to the caller.</param>
    public async Task<FoldedBatch> Write(
        NpgsqlConnection connection, Fence fence, ReadOnlyMemory<LogEntry> entries, ParkedSet parked, string? consumer,
        CancellationToken cancellation)
    {
        var (store, _) = await Fold(() => Task.FromResult(connection), entries, parked, consumer, cancellation);
        return await store(connection, fence, cancellation);
    }

    /// <summary>
    /// The first half of <see cref="Write"/>: folds the entries on the rows that the batch before them leaves, be it written
    /// yet or not. Where that is not written after all, what was folded here is worth nothing.
    /// </summary>
    /// <param name="connect">Asked for a connection when rows have to be loaded, and gives it once everything before is written.</param>
    public abstract Task<(StoreBatch Store, IReadOnlyList<PoisonEvent> Poison)> Fold(
        Func<Task<NpgsqlConnection>> connect, ReadOnlyMemory<LogEntry> entries, ParkedSet parked, string? consumer,
        CancellationToken cancellation);

    /// <summary>Parks the stream of an event whose rows the database will never take, and moves past it.</summary>
    public abstract Task<FoldedBatch> Refuse(
        NpgsqlConnection connection, Fence fence, LogEntry entry, string consumer, Exception refusal, CancellationToken cancellation);

    /// <summary>
    /// Applies entries of one stream that the position has passed long ago, in the caller's transaction, which holds the
    /// fence. Stops at the first that cannot be folded.
    /// </summary>
    /// <returns>How many rows were written.</returns>
    public abstract Task<(int Rows, PoisonEvent? Poison)> Rewrite(
        NpgsqlConnection connection, ReadOnlyMemory<LogEntry> entries, string consumer, CancellationToken cancellation);

    /// <summary>Forgets the remembered rows; after any error, and when the table is not the one that they came from.</summary>
    public abstract void Forget();
}

internal sealed class BatchFold<TKey, TRow>(
    Projection<TKey, TRow> projection, TableStatements statements, int cacheBytes, IEventStore log) : BatchFold
    where TKey : struct, IEquatable<TKey>
    where TRow : class, IProjectionRow<TKey>
{
    private readonly RowCache<TKey, TRow> _cache = new(cacheBytes, projection.BytesOf);

    public override void Forget() => _cache.Clear();

    public override async Task<(StoreBatch Store, IReadOnlyList<PoisonEvent> Poison)> Fold(
        Func<Task<NpgsqlConnection>> connect, ReadOnlyMemory<LogEntry> entries, ParkedSet parked, string? consumer,
        CancellationToken cancellation)
    {
        try
        {
            var pass = await Pass(connect, entries, parked, consumer ?? projection.Name, cancellation);
            var (end, parks) = (entries.Span[^1].Position, consumer is not null && pass.Poison.Count > 0);
            Remember(pass.Rows);
            return ((connection, fence, stop) => Store(connection, fence, end, pass, parks, stop), pass.Poison);
        }
        catch
        {
            Forget();
            throw;
        }
    }

    public override async Task<FoldedBatch> Refuse(
        NpgsqlConnection connection, Fence fence, LogEntry entry, string consumer, Exception refusal, CancellationToken cancellation)
    {
        Forget();
        var pass = new FoldPass<TKey, TRow>(new(), [], [], [PoisonEvent.From(consumer, entry.Recorded, refusal)], []);
        return await Store(connection, fence, entry.Position, pass, true, cancellation);
    }

    public override async Task<(int Rows, PoisonEvent? Poison)> Rewrite(
        NpgsqlConnection connection, ReadOnlyMemory<LogEntry> entries, string consumer, CancellationToken cancellation)
    {
        var pass = await Pass(() => Task.FromResult(connection), entries, new ParkedSet(), consumer, cancellation);
        if (pass.Written > 0)
        {
            await using var command = new NpgsqlCommand(statements.Rewrite, connection);
            AddRows(command, [.. pass.Added, .. pass.Changed]);
            await command.ExecuteNonQueryAsync(cancellation);
        }
        return (pass.Written, pass.Poison.Count > 0 ? pass.Poison[0] : null);
    }

    /// <summary>Folds, and again as long as repairs turn up for what could not be folded.</summary>
    private async Task<FoldPass<TKey, TRow>> Pass(
        Func<Task<NpgsqlConnection>> connect, ReadOnlyMemory<LogEntry> entries, ParkedSet parked, string consumer,
        CancellationToken cancellation)
    {
        var folding = new Folding<TKey, TRow>(projection, parked, new Repairs(log), consumer, _cache);
        while (true)
        {
            var rows = new BatchRows<TKey, TRow>();
            var missing = folding.Route(entries.Span, rows);
            if (missing.Count > 0)
                await Load(await connect(), missing, rows, cancellation);
            var pass = folding.Fold(entries.Span, rows);
            if (pass.Failed.Count == 0 || !await folding.Repairs.AskFor(pass.Failed, cancellation))
                return pass;
        }
    }

    private async Task Load(
        NpgsqlConnection connection, List<TKey> keys, BatchRows<TKey, TRow> rows, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(statements.Load, connection);
        foreach (var column in projection.KeyColumns)
            command.Parameters.Add(column.ToParameter(keys));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            rows.Load(projection.Read(reader));
    }

    private async Task<FoldedBatch> Store(
        NpgsqlConnection connection, Fence fence, long end, FoldPass<TKey, TRow> pass, bool parks, CancellationToken cancellation)
    {
        var isHeld = false;
        try
        {
            isHeld = await (parks
                ? WriteAndPark(connection, fence, end, pass, cancellation) : Write(connection, fence, end, pass, cancellation));
            return new FoldedBatch(isHeld, pass.Poison);
        }
        finally
        {
            if (!isHeld)
                Forget();
        }
    }

    private async Task<bool> WriteAndPark(
        NpgsqlConnection connection, Fence fence, long end, FoldPass<TKey, TRow> pass, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (!await Write(connection, fence, end, pass, cancellation))
            return false;
        await DeadLetters.Park(connection, pass.Poison, cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    private Task<bool> Write(
        NpgsqlConnection connection, Fence fence, long end, FoldPass<TKey, TRow> pass, CancellationToken cancellation) =>
        pass.Written == 0 ? Advance(connection, fence, end, cancellation) : WriteRows(connection, fence, end, pass, cancellation);

    private static async Task<bool> Advance(NpgsqlConnection connection, Fence fence, long end, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(TableStatements.Advance, connection);
        AddFence(command, fence, end);
        return await command.ExecuteNonQueryAsync(cancellation) == 1;
    }

    private async Task<bool> WriteRows(
        NpgsqlConnection connection, Fence fence, long end, FoldPass<TKey, TRow> pass, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(statements.Write(pass.Added.Count > 0, pass.Changed.Count > 0), connection);
        AddFence(command, fence, end);
        if (pass.Added.Count > 0)
            AddRows(command, pass.Added);
        if (pass.Changed.Count > 0)
            AddRows(command, pass.Changed);
        return (long)(await command.ExecuteScalarAsync(cancellation))! == 1;
    }

    private void AddRows(NpgsqlCommand command, List<TRow> rows)
    {
        rows.Sort((one, other) => string.CompareOrdinal(projection.IdOf(one.Key), projection.IdOf(other.Key)));
        var keys = rows.ConvertAll(row => row.Key);
        foreach (var column in projection.KeyColumns)
            command.Parameters.Add(column.ToParameter(keys));
        foreach (var column in projection.RowColumns)
            command.Parameters.Add(column.ToParameter(rows));
    }

    private static void AddFence(NpgsqlCommand command, Fence fence, long end)
    {
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = end, NpgsqlDbType = NpgsqlDbType.Bigint });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = fence.Name, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = fence.Position, NpgsqlDbType = NpgsqlDbType.Bigint });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = fence.Generation, NpgsqlDbType = NpgsqlDbType.Bigint });
    }

    private void Remember(BatchRows<TKey, TRow> rows)
    {
        foreach (var row in rows.Present)
            _cache.Keep(row.Key, projection.Written(row));
    }
}
