using OrleansOrders.Cli.Verify;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;
using OrleansOrders.ReadModels;

namespace OrleansOrders.Cli.Simulation;

/// <summary>A read model's table with its position, which are written together or not at all.</summary>
internal abstract class SimulatedTable(string name)
{
    public string Name => name;

    public long Position { get; protected set; }

    /// <summary>Goes up when somebody replays a stream, so that nobody goes on with what he remembers.</summary>
    public long Generation { get; protected set; }

    /// <summary>The streams that are left out, each from a version on.</summary>
    public Dictionary<StreamName, long> Parked { get; } = [];

    /// <summary>One process's fold into this table.</summary>
    public abstract TableFold CreateFold(World world, Node node, SimulatedProcess process);

    /// <summary>Takes parked streams in, after their events were repaired.</summary>
    public abstract Task Replay(World world);

    /// <summary>Says where the table differs from a fold of these events.</summary>
    public abstract void Compare(IReadOnlyList<EventEnvelope> log, Findings findings);

    /// <summary>Every value of every row, with the tenant of the row.</summary>
    public abstract IEnumerable<(string Tenant, object? Value)> Values();
}

internal sealed class SimulatedTable<TKey, TRow>(Projection<TKey, TRow> projection, Func<TKey, string> tenantOf) : SimulatedTable(projection.Name)
    where TKey : struct, IEquatable<TKey>
    where TRow : class, IProjectionRow<TKey>
{
    private readonly Dictionary<TKey, (TRow Row, object?[] Values)> rows = [];

    public IEnumerable<TRow> Rows => rows.Values.Select(entry => entry.Row);

    public TRow? Find(TKey key) => rows.GetValueOrDefault(key).Row;

    public override TableFold CreateFold(World world, Node node, SimulatedProcess process) =>
        new TableFold<TKey, TRow>(world, node, process, this, projection);

    /// <returns>False, and nothing is written, when the table is no longer where the writer thinks.</returns>
    public bool Write(World world, bool holds, long position, FoldPass<TKey, TRow> pass)
    {
        if (!holds)
            return false;
        // The database refuses to insert a row that is there, and updates nothing where there is none.
        if (pass.Added.Find(row => rows.ContainsKey(row.Key)) is { } there)
            world.Strange.Add($"{Name}: {there.Key} was added, and was there");
        if (pass.Changed.Find(row => !rows.ContainsKey(row.Key)) is { } lost)
            world.Strange.Add($"{Name}: {lost.Key} was changed, and was not there");
        Put([.. pass.Added, .. pass.Changed]);
        foreach (var poison in pass.Poison)
            Parked[poison.Stream] = poison.Version;
        Position = position;
        return true;
    }

    public override async Task Replay(World world)
    {
        foreach (var (stream, version) in Parked.ToList())
        {
            var events = await world.Log.ReadStream(stream, version - 1, int.MaxValue, CancellationToken.None);
            LogEntry[] entries = [.. events.Where(recorded => recorded.Position <= Position).Select(LogEntry.Decode)];
            var folding = new Folding<TKey, TRow>(
                projection, new ParkedSet(), new Repairs(world.Log), Name, new RowCache<TKey, TRow>(0, projection.BytesOf));
            var pass = await TableFold<TKey, TRow>.Fold(folding, entries, keys => Task.FromResult(Load(keys)));
            Put([.. pass.Added, .. pass.Changed]);
            Parked.Remove(stream);
            foreach (var poison in pass.Poison)
                Parked[stream] = poison.Version;
            Generation++;
        }
    }

    /// <summary>The rows with these keys, as a query gives them.</summary>
    public IReadOnlyList<TRow> Load(IEnumerable<TKey> keys) => [.. keys.Select(Find).OfType<TRow>()];

    public override void Compare(IReadOnlyList<EventEnvelope> log, Findings findings)
    {
        var expected = new MemoryTable<TKey, TRow>(projection);
        foreach (var envelope in log)
            expected.Apply(envelope);
        foreach (var (key, row) in expected.Rows)
        {
            if (!rows.TryGetValue(key, out var found))
                findings.Add($"{Name} lacks {key}");
            else if (!ValuesOf(row, null).AsSpan().SequenceEqual(found.Values))
                findings.Add($"{Name}: {key} is {string.Join(' ', found.Values)} and not {string.Join(' ', ValuesOf(row, null))}");
        }
        foreach (var key in rows.Keys.Where(key => !expected.Rows.ContainsKey(key)))
            findings.Add($"{Name} has {key}, of which the log knows nothing");
    }

    public override IEnumerable<(string Tenant, object? Value)> Values() =>
        rows.SelectMany(entry => entry.Value.Values.Select(value => (tenantOf(entry.Key), value)));

    private void Put(List<TRow> changed)
    {
        foreach (var row in changed)
            rows[row.Key] = (projection.Written(row), ValuesOf(row, rows.GetValueOrDefault(row.Key).Values));
    }

    /// <summary>The row as the columns hold it; a column that keeps what it has where null comes keeps it.</summary>
    private object?[] ValuesOf(TRow row, object?[]? before)
    {
        var columns = projection.RowColumns;
        var values = new object?[columns.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = ((Array)columns[i].ToParameter([row]).Value!).GetValue(0);
            if (values[i] is null && columns[i].KeptWhenNull)
                values[i] = before?[i];
        }
        return values;
    }
}
