using Npgsql;

namespace OrleansOrders.ReadModels.Rebuilding;

/// <summary>
/// One rebuild: folds the log into a shadow while the live table goes on, compares the two at one position, and switches
/// unless too much differs.
/// </summary>
internal sealed class Rebuild(ShadowTable shadow, RebuildLock right, PostgresReadModels readModels, long? maximumDifferences)
{
    private const int Samples = 5;
    private const int SwitchAttempts = 5;
    private const int AbandonAttempts = 10;

    private readonly RebuildTable _table = new(readModels.Time);
    private readonly ShadowFold _fold = new(shadow, right.Connection, readModels, new ParkedSet());

    private string Name => shadow.Live;

    public async Task Begin(CancellationToken cancellation)
    {
        await _table.Begin(right.Connection, Name, maximumDifferences, cancellation);
        await shadow.Create(right.Connection, cancellation);
    }

    /// <summary>Runs to the end. A failure is recorded, and leaves the live table as it was.</summary>
    public async Task Run(CancellationToken cancellation)
    {
        try
        {
            await BuildAndSwitch(cancellation);
        }
        catch (Exception failure)
        {
            var detail = cancellation.IsCancellationRequested ? Rebuilds.Interrupted : failure.Message;
            readModels.Options.Notice?.Invoke($"The rebuild of {Name} failed: {detail}");
            await Abandon(detail);
        }
        await right.DisposeAsync();
    }

    private async Task BuildAndSwitch(CancellationToken cancellation)
    {
        var same = new SamePosition(shadow, _fold, readModels.DataSource, readModels.Options);
        await same.Approach(() => Progress(RebuildTable.Building, cancellation), cancellation);
        await Progress(RebuildTable.Comparing, cancellation);
        var counts = await same.Compare(right.Connection, Samples, [], cancellation);
        await _table.Compared(right.Connection, Name, counts, cancellation);
        if (counts.Differences > maximumDifferences)
        {
            await shadow.Drop(right.Connection, cancellation);
            await RebuildTable.End(right.Connection, Name, RebuildTable.Refused, null, cancellation);
            return;
        }
        await right.Connection.Execute($"analyze {shadow.Name}", cancellation);
        await Switch(same, cancellation);
    }

    private async Task Switch(SamePosition same, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            await same.Approach(() => Progress(RebuildTable.Comparing, cancellation), cancellation);
            try
            {
                await same.Switch(RecordSwitch, cancellation);
                return;
            }
            catch (PostgresException busy) when (busy.SqlState == PostgresErrorCodes.LockNotAvailable && attempt < SwitchAttempts)
            {
                // Somebody reads the live table for long; the next attempt waits for them again.
            }
        }

        async Task RecordSwitch(NpgsqlConnection connection)
        {
            await ShadowLetters.Take(connection, Name, _fold.Poison, cancellation);
            await _table.Progress(connection, Name, RebuildTable.Switched, _fold.Position, cancellation);
        }
    }

    private Task Progress(string phase, CancellationToken cancellation) =>
        _table.Progress(right.Connection, Name, phase, _fold.Position, cancellation);

    /// <summary>
    /// Removes the shadow and records why. The right is given up and taken anew, because its connection may be what failed.
    /// </summary>
    public async Task Abandon(string detail)
    {
        await right.DisposeAsync();
        for (var attempt = 1; attempt <= AbandonAttempts; attempt++)
        {
            try
            {
                await using var again = await RebuildLock.TryTake(readModels.ConnectionString, shadow, CancellationToken.None);
                if (again is not null)
                {
                    await shadow.Drop(again.Connection, CancellationToken.None);
                    await RebuildTable.End(again.Connection, Name, RebuildTable.Failed, detail, CancellationToken.None);
                    return;
                }
            }
            catch (Exception error) when (error is NpgsqlException or TimeoutException)
            {
                // The database does not answer. Where it stays so, the next start cleans up.
            }
            // Or the server has not noticed yet that the broken connection is gone.
            await Task.Delay(readModels.Options.FirstBackoff * attempt, readModels.Time);
        }
    }
}
