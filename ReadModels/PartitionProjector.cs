using Npgsql;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;

namespace OrleansOrders.ReadModels;

/// <summary>An event as it came from its topic.</summary>
/// <param name="PreviousPosition">Of the event before it in its partition; 0 for the first.</param>
/// <param name="Epoch">Of the publisher that sent it.</param>
public readonly record struct PublishedEvent(RecordedEvent Recorded, long PreviousPosition, long Epoch);

/// <summary>
/// Keeps one partition's part of a read model up with what is published. Events may come twice, late, or not at all: what
/// the part has seen falls away, and what is missing is read from the log. Its place is kept in the database alone, so that
/// any number of these may work on the same part.
/// </summary>
/// <remarks>For one caller at a time.</remarks>
public sealed class PartitionProjector
{
    private readonly Projection _projection;
    private readonly int _partition;
    private readonly PostgresReadModels _readModels;
    private readonly ProjectionTable _table;
    private readonly PublisherEpochs _epochs;
    private readonly string _name;
    private FencedFold? _part;
    private long _end;
    private bool _hasFailed;

    /// <exception cref="KeyNotFoundException">There is no such projection.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such partition.</exception>
    public PartitionProjector(PostgresReadModels readModels, string projection, int partition)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(partition);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(partition, PublishedEvents.Partitions);
        _readModels = readModels;
        _projection = ReadModelCatalog.Find(projection);
        _partition = partition;
        _name = PartOf.Projection(projection, partition);
        _table = new ProjectionTable(readModels.DataSource);
        _epochs = new PublisherEpochs(readModels.DataSource);
    }

    /// <summary>Applies events of the partition, in the order in which they were published.</summary>
    /// <exception cref="NpgsqlException">The database does not answer; nothing, or a beginning of it, was applied. Bring them again.</exception>
    public async Task Apply(IReadOnlyList<PublishedEvent> events, CancellationToken cancellation)
    {
        try
        {
            while (!await TryApply(events, cancellation))
                _part = null; // somebody else has moved the part: look where it stands, and do what is left
        }
        catch
        {
            _part = null;
            throw;
        }
    }

    private async Task<bool> TryApply(IReadOnlyList<PublishedEvent> events, CancellationToken cancellation)
    {
        _part ??= await Find(cancellation);
        var reached = _part.Fence.Position;
        var entries = new List<LogEntry>();
        foreach (var (recorded, previous, epoch) in events)
        {
            if (recorded.Position <= reached || _epochs.IsVoid(epoch, recorded.Position))
                continue;
            await RefuseBeyondEnd(recorded.Position, cancellation);
            if (previous > reached && !(await Write(entries, cancellation) && await ReadMissing(previous, cancellation)))
                return false;
            entries.Add(LogEntry.Decode(recorded));
            reached = recorded.Position;
            if (entries.Count >= _readModels.Options.BatchEvents && !await Write(entries, cancellation))
                return false;
        }
        return await Write(entries, cancellation);
    }

    // A database that was restored from a backup ends before its topics. What the log does not have is not applied: the next
    // publisher says from where on it publishes anew, and makes everything older beyond that void.
    private async Task RefuseBeyondEnd(long position, CancellationToken cancellation)
    {
        if (position > _end && position > (_end = await _readModels.Log.ReadEnd(cancellation)))
            throw new InvalidOperationException($"An event was published as position {position}, but the log ends at {_end}.");
    }

    /// <summary>Applies from the log what did not come, up to a position.</summary>
    private async Task<bool> ReadMissing(long until, CancellationToken cancellation)
    {
        for (var read = _part!.Fence.Position; read < until;)
        {
            var limit = (int)Math.Min(_readModels.Options.BatchEvents, until - read);
            var missing = await _readModels.Log.ReadLog(read, limit, cancellation);
            if (missing.Count == 0)
                throw new InvalidOperationException($"The log ends at {read}, before position {until}.");
            read = missing[^1].Position;
            if (!await Write([.. missing.Where(IsOfPart).Select(LogEntry.Decode)], cancellation))
                return false;
        }
        return true;
    }

    private bool IsOfPart(RecordedEvent recorded) =>
        recorded.Stream.Type == _projection.StreamType && PublishedEvents.PartitionOf(recorded.Stream.StreamId) == _partition;

    /// <returns>False when the part is no longer where it was believed to be.</returns>
    private async Task<bool> Write(List<LogEntry> entries, CancellationToken cancellation)
    {
        if (entries.Count == 0)
            return true;
        await using var connection = await _readModels.Projecting.OpenConnectionAsync(cancellation);
        // What the database does not take in one go may be the data of one event: then they go one by one.
        var size = _hasFailed ? 1 : entries.Count;
        foreach (var batch in entries.Chunk(size))
        {
            _hasFailed = true;
            var began = ProjectionTrace.Begin(_readModels.Time);
            if (!(await _part!.Write(connection, batch, cancellation)).IsWritten)
                return false;
            ProjectionTrace.Wrote(_projection, batch, began);
            _hasFailed = false;
        }
        entries.Clear();
        return true;
    }

    private async Task<FencedFold> Find(CancellationToken cancellation)
    {
        _end = 0;
        await _epochs.Load(cancellation);
        var fence = await _table.Find(_name, cancellation);
        if (fence is null)
        {
            await _table.Split(_projection.Name, cancellation);
            fence = await _table.Find(_name, cancellation) ?? throw new InvalidOperationException($"The position of {_name} was removed.");
        }
        // After the fence: whoever changes what is parked moves it, so that an old set is never written with.
        var parked = await ParkedSet.ReadStreams(new DeadLetters(_readModels.DataSource), _projection.Name, cancellation);
        return new FencedFold(_projection, fence, parked, _readModels.Options.CacheBytes / PublishedEvents.Partitions, _readModels.Log);
    }
}

/// <summary>The names of a read model's parts in the table <c>projections</c>.</summary>
internal static class PartOf
{
    public static string Projection(string name, int partition) => $"{name}/{partition}";
}
