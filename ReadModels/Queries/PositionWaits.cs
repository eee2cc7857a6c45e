using System.Collections.Frozen;
using Npgsql;

namespace OrleansOrders.ReadModels.Queries;

/// <summary>
/// Read-your-writes. The projector of this process signals every batch; where another process projects, the table is looked
/// at, by one reader for all that wait.
/// </summary>
internal sealed class PositionWaits(NpgsqlDataSource dataSource, ReadModelsOptions options, TimeProvider time)
{
    private readonly ProjectionTable _table = new(dataSource);
    private readonly Lock _gate = new();
    private readonly FrozenDictionary<string, ProjectionPosition> _positions = ReadModelCatalog.All
        .ToFrozenDictionary(projection => projection.Name, projection => new ProjectionPosition(projection.Name));
    private Task? _looking;

    /// <exception cref="KeyNotFoundException">There is no such projection.</exception>
    public ProjectionPosition Of(string name) => _positions.TryGetValue(name, out var position)
        ? position
        : throw new KeyNotFoundException($"There is no projection called {name}.");

    public async Task<bool> Wait(string name, long wanted, TimeSpan limit, CancellationToken cancellation)
    {
        var position = Of(name);
        if (position.ChangeBefore(wanted) is null)
            return true;
        var started = time.GetTimestamp();
        while (true)
        {
            if (!position.MovedHere)
                await Look(cancellation);
            if (position.ChangeBefore(wanted) is not { } change)
                return true;
            var left = limit - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
                return false;
            var pause = left < options.PollInterval ? left : options.PollInterval;
            await Task.WhenAny(change, Task.Delay(pause, time, cancellation));
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Looks at all positions, together with whoever looks already.</summary>
    private Task Look(CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_looking is null || _looking.IsCompleted)
                _looking = LookNow();
            return _looking.WaitAsync(cancellation);
        }
    }

    private async Task LookNow()
    {
        foreach (var (name, row) in await _table.ReadAll(CancellationToken.None))
        {
            if (_positions.TryGetValue(name, out var position) && !position.MovedHere)
                position.Set(row.Position);
        }
    }
}
