namespace OrleansOrders.ReadModels;

/// <summary>
/// Runs every projection of this process: one loop each, so that one that fails or is slow holds up no other. Any number of
/// processes may run one; each table is moved by one at a time.
/// </summary>
public sealed class ProjectionHost : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly SharedLog _shared;
    private readonly Task[] _loops;

    private ProjectionHost(PostgresReadModels readModels)
    {
        _shared = new SharedLog(readModels.Log, readModels.Options, readModels.Time);
        _loops =
        [
            .. ReadModelCatalog.All.Select(projection => new Projector(
                projection, readModels.Log, _shared, readModels.Projecting, readModels.PositionOf(projection.Name),
                readModels.Options, readModels.Time)).Select(projector => Task.Run(() => projector.Run(_stopping.Token))),
        ];
    }

    /// <summary>Removes what an interrupted rebuild has left, and starts the loops.</summary>
    public static async Task<ProjectionHost> Start(PostgresReadModels readModels, CancellationToken cancellation = default)
    {
        await readModels.Rebuilds.CleanUp(cancellation);
        return new ProjectionHost(readModels);
    }

    /// <summary>Stops after the batches that are being written. Dispose it before the read models and the log.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_loops);
        await _shared.Drain();
        _stopping.Dispose();
    }
}
