using OrleansOrders.ReadModels.Rebuilding;

namespace OrleansOrders.ReadModels;

/// <summary>What a comparison of one read model with the log found.</summary>
/// <param name="Position">Where both stood.</param>
/// <param name="LiveRows">Rows in the table.</param>
/// <param name="FoldedRows">Rows that the log folds to.</param>
/// <param name="Differences">Rows that are missing, too many or different.</param>
/// <param name="Totals">Sums over both tables.</param>
/// <param name="Samples">Some of the rows that differ.</param>
public sealed record ComparedReadModel(
    string Projection, long Position, long LiveRows, long FoldedRows, long Differences, IReadOnlyList<ComparedTotal> Totals,
    IReadOnlyList<RowDifference> Samples);

/// <summary>
/// Holds a read model against a fold of the log up to its position. The fold goes into an unlogged table of its own and is
/// compared there, so that memory stays bounded however large the log is; the live table may go on meanwhile.
/// </summary>
public sealed class ReadModelComparison(PostgresReadModels readModels)
{
    /// <param name="samples">How many differing rows to name.</param>
    /// <exception cref="KeyNotFoundException">There is no such projection.</exception>
    /// <exception cref="ProjectionFailedException">The log cannot be folded.</exception>
    /// <exception cref="InvalidOperationException">The projection is being compared already.</exception>
    public async Task<ComparedReadModel> Run(string projection, int samples, CancellationToken cancellation)
    {
        var table = new ShadowTable(ReadModelCatalog.Find(projection), ShadowTable.Verify);
        await using var right = await RebuildLock.TryTake(readModels.ConnectionString, table, cancellation)
            ?? throw new InvalidOperationException($"{projection} is being compared already.");
        await table.Create(right.Connection, cancellation);
        try
        {
            var fold = new ShadowFold(table, right.Connection, new SharedLog(readModels.Log, readModels.Options), readModels.Options);
            var same = new SamePosition(table, fold, readModels.DataSource, readModels.Options);
            await same.Approach(null, cancellation);
            var found = await same.Compare(right.Connection, samples, cancellation);
            return new ComparedReadModel(
                projection, fold.Position, found.LiveRows, found.ShadowRows, found.Differences, found.Totals, found.Samples);
        }
        finally
        {
            await table.Drop(right.Connection, CancellationToken.None);
        }
    }
}
