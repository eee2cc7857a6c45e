using Npgsql;
using OrleansOrders.EventStore;
using OrleansOrders.ReadModels;

namespace OrleansOrders.Cli.Verify;

/// <summary>
/// Invariant 8: every read model equals a fold of the log up to its position, and every snapshot the fold of its stream.
/// The fold goes into a table beside the read model, so memory is bounded, and a running server is not in the way.
/// </summary>
internal sealed class ReadModelFolds
{
    private const int Samples = 5;

    private readonly Findings findings = new(8, "read models and snapshots equal the fold");
    private long rows;
    private int compared;
    private int parked;

    public ReadModelFolds() => Snapshots = new SnapshotFolds(findings);

    public SnapshotFolds Snapshots { get; }

    public async Task Compare(NpgsqlDataSource database, string connectionString, TimeProvider time, CancellationToken cancellation)
    {
        await using var log = new PostgresEventStore(database, new EventStoreOptions(), time);
        await using var models = new PostgresReadModels(connectionString, log, time);
        if (await ReadEnd(database, cancellation) is not { } end)
        {
            findings.Add($"the log has no counter, so that nothing can be compared with it");
            return;
        }
        var positions = await ReadPositions(database, cancellation);
        foreach (var projection in ReadModelCatalog.All)
        {
            if (!positions.TryGetValue(projection.Name, out var position))
                findings.Add($"{projection.Name} has no position");
            else if (position > end && position > await ReadEnd(database, cancellation))
                findings.Add($"{projection.Name} says that it is at {position}, beyond the log's end {end}");
            else
                await Compare(models, projection.Name, cancellation);
        }
    }

    public InvariantReport ToReport() => findings.ToReport(
        $"{compared} read models, {rows} rows, {parked} parked streams left out, {Snapshots.Snapshots} snapshots, {Snapshots.Ignored} of them of an older shape");

    private async Task Compare(PostgresReadModels models, string name, CancellationToken cancellation)
    {
        try
        {
            var found = await new ReadModelComparison(models).Run(name, Samples, cancellation);
            compared++;
            rows += found.LiveRows;
            foreach (var sample in found.Samples)
                findings.Add($"{name}: {sample.Key} {sample.What}");
            findings.AddMore(found.Differences - found.Samples.Count);
            foreach (var poison in found.Unreadable)
                findings.Add($"{name}: {poison.Stream} cannot be folded from version {poison.Version} on, and no letter says so: {poison.Cause}");
            parked += found.Parked.Count;
            if (found.Differences == 0 && found.LiveRows != found.FoldedRows)
                findings.Add($"{name} has {found.LiveRows} rows, the log folds to {found.FoldedRows}");
        }
        catch (PostgresException broken)
        {
            findings.Add($"{name} cannot be compared: {broken.Message}");
        }
    }

    private static async Task<long?> ReadEnd(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select max(position) from log");
        return await command.ExecuteScalarAsync(cancellation) as long?;
    }

    private static async Task<Dictionary<string, long>> ReadPositions(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select name, position from projections");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var positions = new Dictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellation))
            positions[reader.GetString(0)] = reader.GetInt64(1);
        return positions;
    }
}
