using Npgsql;
using OrleansOrders.Domain;
using OrleansOrders.EventStore;

namespace OrleansOrders.ReadModels;

/// <summary>
/// What a projector moves: a read model as a whole, or each of its parts, once something else keeps it in parts. Far from the
/// log's end, a batch of the whole is folded while the one before it is being written.
/// </summary>
internal sealed class ProjectedParts : IAsyncDisposable
{
    private readonly NpgsqlDataSource _dataSource;
    private readonly FencedFold[] _parts;
    private Task<bool> _writing = Task.FromResult(true);

    private ProjectedParts(NpgsqlDataSource dataSource, IEnumerable<FencedFold> parts) => (_dataSource, _parts) = (dataSource, [.. parts]);

    /// <summary>Everything up to here is in the table.</summary>
    public long Position => _parts.Min(part => part.Fence.Position);

    /// <summary>Everything up to here is in the table or on its way there.</summary>
    public long Taken { get; private set; }

    public static async Task<ProjectedParts> Find(
        NpgsqlDataSource dataSource, Projection projection, int cacheBytes, IEventStore log, CancellationToken cancellation)
    {
        var table = new ProjectionTable(dataSource);
        var whole = await table.Ensure(projection.Name, cancellation);
        var parts = await table.FindParts(projection.Name, cancellation);
        IReadOnlyList<Fence> fences = parts.Count > 0 ? parts : [whole];
        // After the fences: whoever changes what is parked moves them, so that an old set is never written with.
        var parked = await ParkedSet.ReadStreams(new DeadLetters(dataSource), projection.Name, cancellation);
        var found = new ProjectedParts(
            dataSource, fences.Select(fence => new FencedFold(projection, fence, parked, cacheBytes / fences.Count, log)));
        found.Taken = found.Position;
        return found;
    }

    /// <summary>Whether nobody has moved any of them; their table may have been replaced all the same.</summary>
    public bool StandsWhere(ProjectedParts other) =>
        _parts.Select(part => part.Fence.Position).SequenceEqual(other._parts.Select(part => part.Fence.Position));

    /// <summary>Writes what each part does not have yet.</summary>
    /// <param name="isBehind">More is there to be folded meanwhile: the last batch may still be on its way afterwards.</param>
    /// <returns>What was parked; null when somebody else has moved a part.</returns>
    public async Task<IReadOnlyList<PoisonEvent>?> Write(
        ReadOnlyMemory<LogEntry> entries, bool isBehind, CancellationToken cancellation)
    {
        var poison = isBehind && _parts.Length == 1
            ? await Begin(entries, cancellation)
            : await Finish() ? await WriteNow(entries, cancellation) : null;
        Taken = entries.Span[^1].Position;
        return poison;
    }

    /// <summary>Waits for what is on its way.</summary>
    /// <returns>False when somebody else has moved a part.</returns>
    public Task<bool> Finish() => _writing;

    /// <summary>However it ends: whoever gives up on it learns where the table stands from the table.</summary>
    public async ValueTask DisposeAsync() => await ((Task)_writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task<IReadOnlyList<PoisonEvent>?> Begin(ReadOnlyMemory<LogEntry> entries, CancellationToken cancellation)
    {
        var connection = new Lazy<Task<NpgsqlConnection>>(async () =>
        {
            await Finish();
            return await _dataSource.OpenConnectionAsync(cancellation);
        });
        try
        {
            var (store, poison) = await _parts[0].Fold(() => connection.Value, entries, cancellation);
            if (!await Finish())
            {
                await Close(connection);
                return null;
            }
            _writing = WriteAndClose(await connection.Value, store);
            return poison;
        }
        catch
        {
            await Close(connection);
            throw;
        }
    }

    private static async Task<bool> WriteAndClose(NpgsqlConnection connection, Func<NpgsqlConnection, Task<bool>> store)
    {
        await using (connection)
            return await store(connection);
    }

    private static async ValueTask Close(Lazy<Task<NpgsqlConnection>> connection)
    {
        if (connection.IsValueCreated && connection.Value.IsCompletedSuccessfully)
            await (await connection.Value).DisposeAsync();
    }

    private async Task<IReadOnlyList<PoisonEvent>?> WriteNow(ReadOnlyMemory<LogEntry> entries, CancellationToken cancellation)
    {
        await using var connection = await _dataSource.OpenConnectionAsync(cancellation);
        var end = entries.Span[^1].Position;
        var poison = new List<PoisonEvent>();
        for (var i = 0; i < _parts.Length; i++)
        {
            var part = _parts[i];
            var mine = _parts.Length == 1 ? entries : Select(entries.Span, i, part.Fence.Position);
            if (mine.Length > 0)
            {
                var batch = await part.Write(connection, mine, cancellation);
                if (!batch.IsWritten)
                    return null;
                poison.AddRange(batch.Poison);
            }
            if (!await part.Advance(connection, end, cancellation))
                return null;
        }
        return poison;
    }

    private static ReadOnlyMemory<LogEntry> Select(ReadOnlySpan<LogEntry> entries, int partition, long after)
    {
        var mine = new List<LogEntry>();
        foreach (var entry in entries)
        {
            if (entry.Position > after && PublishedEvents.PartitionOf(entry.Recorded.Stream.StreamId) == partition)
                mine.Add(entry);
        }
        return mine.ToArray();
    }
}
