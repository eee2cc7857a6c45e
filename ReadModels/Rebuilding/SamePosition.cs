using System.Data;
using Npgsql;
using OrleansOrders.EventStore;

namespace OrleansOrders.ReadModels.Rebuilding;

/// <summary>
/// Brings a shadow to the very position of the live table. The live position is locked only for the last few events: the
/// comparison then reads one snapshot of both tables, while the live one goes on.
/// </summary>
internal sealed class SamePosition(ShadowTable shadow, ShadowFold fold, NpgsqlDataSource dataSource, ReadModelsOptions options)
{
    private const int MostRounds = 20;

    private static readonly TimeSpan LockLimit = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Folds until less than a batch is missing. A live table that moves as fast as this is caught under its lock in the end,
    /// where it waits, because both would go on for ever otherwise.
    /// </summary>
    public async Task Approach(Func<Task>? progress, CancellationToken cancellation)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await new ProjectionTable(dataSource).Ensure(shadow.Live, cancellation);
        for (var round = 0; round < MostRounds; round++)
        {
            var live = await LivePositions.Read(connection, shadow.Live, locking: false, cancellation);
            var before = fold.Position;
            await fold.CatchUp(live.Lowest, progress, cancellation);
            if (fold.Position - before <= options.BatchEvents)
                return;
        }
    }

    /// <summary>Compares live and shadow at one position.</summary>
    /// <param name="letters">Filled with the live table's open letters at that position.</param>
    public async Task<ComparedTables> Compare(
        NpgsqlConnection connection, int samples, List<DeadLetter> letters, CancellationToken cancellation)
    {
        await using var snapshot = await TakeSnapshot(connection, letters, cancellation);
        return await new TableComparison(shadow).Run(connection, samples, cancellation);
    }

    /// <summary>Puts the shadow in the live table's place, at the live position or, if the log ends before, at its end.</summary>
    /// <param name="record">Runs in the same transaction.</param>
    public async Task Switch(Func<NpgsqlConnection, Task> record, CancellationToken cancellation)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await connection.Execute($"set local lock_timeout = {LockLimit.TotalMilliseconds}; set local synchronous_commit = on", cancellation);
        // The table before its position, which is the order in which a projector locks them.
        await connection.Execute($"lock table {shadow.Live} in share row exclusive mode", cancellation);
        var end = await fold.CatchUp(await LivePositions.Read(connection, shadow.Live, locking: true, cancellation), cancellation);
        await shadow.Replace(connection, end, cancellation);
        await record(connection);
        await transaction.CommitAsync(cancellation);
    }

    private async Task<NpgsqlTransaction> TakeSnapshot(
        NpgsqlConnection connection, List<DeadLetter> letters, CancellationToken cancellation)
    {
        await using var holder = await dataSource.OpenConnectionAsync(cancellation);
        await using var held = await holder.BeginTransactionAsync(cancellation);
        await fold.CatchUp(await LivePositions.Read(holder, shadow.Live, locking: true, cancellation), cancellation);
        letters.AddRange(await DeadLetterBook.ListOpen(holder, shadow.Live, cancellation));
        var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        await connection.Execute("select from projections", cancellation);
        return snapshot;
    }
}
