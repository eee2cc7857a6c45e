using OrleansOrders.EventStore;
using OrleansOrders.ReadModels;

namespace OrleansOrders.Cli.Simulation;

/// <summary>One process's fold into one table. It remembers rows and where the table stood, and may be wrong about both.</summary>
internal abstract class TableFold
{
    /// <summary>Everything up to here is in the table or on its way there, as far as this process knows.</summary>
    public long Position { get; protected set; }

    /// <summary>
    /// Folds what comes after <see cref="Position"/>, while what was folded before is being written; looks anew when somebody
    /// else was faster.
    /// </summary>
    public abstract Task Take(IReadOnlyList<LogEntry> entries);

    /// <summary>Waits for what is on its way.</summary>
    public abstract Task<bool> Finish();
}

internal sealed class TableFold<TKey, TRow> : TableFold
    where TKey : struct, IEquatable<TKey>
    where TRow : class, IProjectionRow<TKey>
{
    private const int CacheBytes = 3_000;

    private readonly World world;
    private readonly Node node;
    private readonly SimulatedProcess process;
    private readonly SimulatedTable<TKey, TRow> table;
    private readonly Projection<TKey, TRow> projection;
    private readonly RowCache<TKey, TRow> cache;
    private readonly ulong key;
    private ParkedSet parked = new();
    private Task<bool> writing = Task.FromResult(true);
    private long generation = -1;

    public TableFold(World world, Node node, SimulatedProcess process, SimulatedTable<TKey, TRow> table, Projection<TKey, TRow> projection)
    {
        (this.world, this.node, this.process, this.table, this.projection) = (world, node, process, table, projection);
        cache = new RowCache<TKey, TRow>(CacheBytes, projection.BytesOf);
        key = Chance.Key(node.Name, Chance.Key(table.Name));
    }

    /// <summary>Folds, and again as long as repairs turn up for what could not be folded.</summary>
    public static async Task<FoldPass<TKey, TRow>> Fold(
        Folding<TKey, TRow> folding, ReadOnlyMemory<LogEntry> entries, Func<List<TKey>, Task<IReadOnlyList<TRow>>> load)
    {
        while (true)
        {
            var rows = new BatchRows<TKey, TRow>();
            var missing = folding.Route(entries.Span, rows);
            if (missing.Count > 0)
            {
                foreach (var row in await load(missing))
                    rows.Load(row);
            }
            var pass = folding.Fold(entries.Span, rows);
            if (pass.Failed.Count == 0 || !await folding.Repairs.AskFor(pass.Failed, CancellationToken.None))
                return pass;
        }
    }

    public override async Task Take(IReadOnlyList<LogEntry> entries)
    {
        if (generation < 0)
            await Look();
        LogEntry[] next = [.. entries.Where(entry => entry.Position > Position)];
        if (next.Length == 0 || next[0].Position != Position + 1)
            return;
        var folding = new Folding<TKey, TRow>(projection, parked, new Repairs(world.Database), table.Name, cache);
        var pass = await Fold(folding, next, LoadWhenWritten);
        foreach (var row in pass.Rows.Present)
            cache.Keep(row.Key, projection.Written(row));
        parked.Add(pass.Poison);
        if (await Finish())
            (writing, Position) = (Write(pass, Position, next[^1].Position, generation), next[^1].Position);
    }

    public override async Task<bool> Finish()
    {
        if (await writing)
            return true;
        writing = Task.FromResult(true);
        await Look();
        return false;
    }

    private async Task<bool> Write(FoldPass<TKey, TRow> pass, long from, long to, long known)
    {
        Die();
        var isHeld = await Ask(() => table.Write(
            world, world.Wiring.TableFence(table.Position == from && table.Generation == known), to, pass));
        Die();
        return isHeld;
    }

    /// <summary>What is on its way may change what is asked for. If it does not get there, none of this will be written either.</summary>
    private async Task<IReadOnlyList<TRow>> LoadWhenWritten(List<TKey> keys)
    {
        await writing;
        return await Ask(() => table.Load(keys));
    }

    private async Task Look()
    {
        cache.Clear();
        (Position, generation, parked) = await Ask(() => (table.Position, table.Generation, ParkedSet.Of(
            table.Parked.Select(stream => new ParkedStream(Guid.Empty, stream.Key, stream.Value, false)))));
    }

    private void Die()
    {
        if (!process.IsDead && world.Faults.Happens(FaultKind.ProjectorCrash, key, node))
            node.Crash();
    }

    private Task<T> Ask<T>(Func<T> ask) => world.Network.Call(process, key, () => Task.FromResult(ask()));
}
