using Npgsql;
using OrleansOrders.Domain;
using OrleansOrders.EventStore;

namespace OrleansOrders.ReadModels;

/// <summary>What a projector moves: a read model as a whole, or each of its parts, once something else keeps it in parts.</summary>
internal sealed class ProjectedParts
{
    private readonly FencedFold[] _parts;

    private ProjectedParts(IEnumerable<FencedFold> parts) => _parts = [.. parts];

    /// <summary>Everything up to here is in the table.</summary>
    public long Position => _parts.Min(part => part.Fence.Position);

    public static async Task<ProjectedParts> Find(
        NpgsqlDataSource dataSource, Projection projection, int cacheBytes, IEventStore log, CancellationToken cancellation)
    {
        var table = new ProjectionTable(dataSource);
        var whole = await table.Ensure(projection.Name, cancellation);
        var parts = await table.FindParts(projection.Name, cancellation);
        IReadOnlyList<Fence> fences = parts.Count > 0 ? parts : [whole];
        // After the fences: whoever changes what is parked moves them, so that an old set is never written with.
        var parked = await ParkedSet.ReadStreams(new DeadLetters(dataSource), projection.Name, cancellation);
        return new ProjectedParts(fences.Select(fence => new FencedFold(projection, fence, parked, cacheBytes / fences.Count, log)));
    }

    /// <summary>Whether nobody has moved any of them; their table may have been replaced all the same.</summary>
    public bool StandsWhere(ProjectedParts other) =>
        _parts.Select(part => part.Fence.Position).SequenceEqual(other._parts.Select(part => part.Fence.Position));

    /// <summary>Writes what each part does not have yet.</summary>
    /// <returns>What was parked; null when somebody else has moved a part.</returns>
    public async Task<IReadOnlyList<PoisonEvent>?> Write(
        ReadOnlyMemory<LogEntry> entries, NpgsqlDataSource dataSource, CancellationToken cancellation)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
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
