using Npgsql;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.ReadModels.Rebuilding;

/// <summary>The rebuilds that this process runs, and what those of processes that died have left.</summary>
internal sealed class Rebuilds(PostgresReadModels readModels) : IAsyncDisposable
{
    public const string Interrupted = "The process stopped in the middle; the live table is as it was. Start the rebuild again.";

    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Task> _running = new(StringComparer.Ordinal);

    /// <summary>Begins a rebuild and returns while it runs; null when one is running, here or in another process.</summary>
    public async Task<Task?> Start(string name, long? maximumDifferences, CancellationToken cancellation)
    {
        var shadow = new ShadowTable(ReadModelCatalog.Find(name), ShadowTable.Shadow);
        var right = await RebuildLock.TryTake(readModels.ConnectionString, shadow, cancellation);
        if (right is null)
            return null;
        var rebuild = new Rebuild(shadow, right, readModels, maximumDifferences);
        try
        {
            await rebuild.Begin(cancellation);
        }
        catch (Exception failure)
        {
            await rebuild.Abandon(failure.Message);
            throw;
        }
        lock (_gate)
            return _running[name] = Task.Run(() => rebuild.Run(_stopping.Token), CancellationToken.None);
    }

    public Task<Dictionary<string, RebuildStatus>> Read(long end, CancellationToken cancellation) =>
        RebuildTable.ReadAll(readModels.DataSource, end, cancellation);

    /// <summary>Removes the shadow tables that nobody builds any more, and says so.</summary>
    public async Task CleanUp(CancellationToken cancellation)
    {
        foreach (var projection in ReadModelCatalog.All)
        {
            foreach (var suffix in new[] { ShadowTable.Shadow, ShadowTable.Verify })
            {
                var table = new ShadowTable(projection, suffix);
                if (await Exists(table, cancellation))
                    await CleanUp(table, cancellation);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Task[] running;
        lock (_gate)
            running = [.. _running.Values];
        await Task.WhenAll(running);
        _stopping.Dispose();
    }

    private async Task CleanUp(ShadowTable table, CancellationToken cancellation)
    {
        await using var right = await RebuildLock.TryTake(readModels.ConnectionString, table, cancellation);
        if (right is null)
            return;
        await table.Drop(right.Connection, cancellation);
        if (table.IsForSwitching)
            await RebuildTable.End(right.Connection, table.Live, RebuildTable.Failed, Interrupted, cancellation);
        readModels.Options.Notice?.Invoke($"{table.Name} was left by a process that stopped in the middle, and is removed.");
    }

    /// <summary>Whether the table, or a rebuild that says that it is under way, is there.</summary>
    private async Task<bool> Exists(ShadowTable table, CancellationToken cancellation)
    {
        await using var command = readModels.DataSource.CreateCommand(
            "select to_regclass($1) is not null or $3 and exists (select from projection_rebuilds "
            + "where name = $2 and phase in ('building', 'comparing'))");
        command.Parameters.AddWithValue(table.Name);
        command.Parameters.AddWithValue(table.Live);
        command.Parameters.AddWithValue(table.IsForSwitching);
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
