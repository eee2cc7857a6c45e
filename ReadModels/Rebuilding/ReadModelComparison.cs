using Npgsql;
using OrleansOrders.EventStore;
using OrleansOrders.ReadModels.Rebuilding;

namespace OrleansOrders.ReadModels;

/// <summary>What a comparison of one read model with the log found.</summary>
/// <param name="Position">Where both stood.</param>
/// <param name="LiveRows">Rows in the table.</param>
/// <param name="FoldedRows">Rows that the log folds to.</param>
/// <param name="Differences">Rows that are missing, too many or different.</param>
/// <param name="Totals">Sums over both tables.</param>
/// <param name="Samples">Some of the rows that differ.</param>
/// <param name="Parked">The read model's open letters: their streams were left out on both sides, from the parked version on.</param>
/// <param name="Unreadable">What cannot be folded although no letter says so.</param>
public sealed record ComparedReadModel(
    string Projection, long Position, long LiveRows, long FoldedRows, long Differences, IReadOnlyList<ComparedTotal> Totals,
    IReadOnlyList<RowDifference> Samples, IReadOnlyList<DeadLetter> Parked, IReadOnlyList<PoisonEvent> Unreadable);

/// <summary>
/// Holds a read model against a fold of the log up to its position. The fold goes into an unlogged table of its own and is
/// compared there, so that memory stays bounded however large the log is; the live table may go on meanwhile.
/// </summary>
public sealed class ReadModelComparison(PostgresReadModels readModels)
{
    private const int MostAttempts = 5;

    /// <param name="samples">How many differing rows to name.</param>
    /// <exception cref="KeyNotFoundException">There is no such projection.</exception>
    /// <exception cref="InvalidOperationException">The projection is being compared already, or its letters change all the time.</exception>
    public async Task<ComparedReadModel> Run(string projection, int samples, CancellationToken cancellation)
    {
        var table = new ShadowTable(ReadModelCatalog.Find(projection), ShadowTable.Verify);
        await using var right = await RebuildLock.TryTake(readModels.ConnectionString, table, cancellation)
            ?? throw new InvalidOperationException($"{projection} is being compared already.");
        for (var attempt = 1; attempt <= MostAttempts; attempt++)
        {
            await table.Create(right.Connection, cancellation);
            try
            {
                if (await Compare(table, right.Connection, samples, cancellation) is { } compared)
                    return compared;
            }
            finally
            {
                await table.Drop(right.Connection, CancellationToken.None);
            }
        }
        throw new InvalidOperationException($"{projection} is being repaired: compare it when that has ended.");
    }

    /// <returns>Null when streams were parked or replayed meanwhile, so that the two sides left out different events.</returns>
    private async Task<ComparedReadModel?> Compare(
        ShadowTable table, NpgsqlConnection connection, int samples, CancellationToken cancellation)
    {
        var parked = await ParkedSet.Read(new DeadLetters(readModels.DataSource), table.Live, cancellation);
        var fold = new ShadowFold(table, connection, readModels, parked);
        var same = new SamePosition(table, fold, readModels.DataSource, readModels.Options);
        await same.Approach(null, cancellation);
        var letters = new List<DeadLetter>();
        var found = await same.Compare(connection, samples, letters, cancellation);
        var open = letters.ToDictionary(letter => letter.Event.Stream, letter => letter.Event.Version);
        var own = fold.Poison.Select(poison => poison.Stream).ToHashSet();
        var agrees = open.All(letter => parked.Streams.GetValueOrDefault(letter.Key) == letter.Value)
            && parked.Streams.Keys.All(stream => open.ContainsKey(stream) || own.Contains(stream));
        return agrees
            ? new ComparedReadModel(
                table.Live, fold.Position, found.LiveRows, found.ShadowRows, found.Differences, found.Totals, found.Samples, letters,
                [.. fold.Poison.Where(poison => !open.ContainsKey(poison.Stream))])
            : null;
    }
}
