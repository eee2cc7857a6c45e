using Npgsql;
using OrleansOrders.EventStore;

namespace OrleansOrders.ReadModels;

/// <summary>The fold behind one fence: a whole table, or one part of it, with the streams that are parked for it.</summary>
internal sealed class FencedFold(Projection projection, Fence fence, IEnumerable<ParkedStream> parked, int cacheBytes, IEventStore log)
{
    private readonly BatchFold _fold = projection.CreateFold(projection.Name, cacheBytes, log);
    private readonly ParkedSet _parked = ParkedSet.Of(parked);

    /// <summary>Where it stands, as far as this process has moved it.</summary>
    public Fence Fence { get; private set; } = fence;

    /// <summary>
    /// Writes the entries. An event alone whose data the database cannot store parks its stream: no repetition helps. A
    /// batch that the database does not take is for the caller to try again in smaller ones.
    /// </summary>
    public async Task<FoldedBatch> Write(NpgsqlConnection connection, ReadOnlyMemory<LogEntry> entries, CancellationToken cancellation)
    {
        FoldedBatch batch;
        try
        {
            batch = await _fold.Write(connection, Fence, entries, _parked, projection.Name, cancellation);
        }
        catch (PostgresException refusal) when (entries.Length == 1 && Refusals.IsOfData(refusal))
        {
            batch = await _fold.Refuse(connection, Fence, entries.Span[0], projection.Name, refusal, cancellation);
        }
        if (batch.IsWritten)
        {
            _parked.Add(batch.Poison);
            Fence = Fence with { Position = entries.Span[^1].Position };
        }
        return batch;
    }

    /// <summary>
    /// Folds the entries while those before them may still be on their way to the table, as <see cref="BatchFold.Fold"/> does.
    /// Of no use once something before them, or these, turn out not to be written.
    /// </summary>
    /// <returns>What writes them, and says whether it did.</returns>
    public async Task<(Func<NpgsqlConnection, Task<bool>> Store, IReadOnlyList<PoisonEvent> Poison)> Fold(
        Func<Task<NpgsqlConnection>> connect, ReadOnlyMemory<LogEntry> entries, CancellationToken cancellation)
    {
        var (store, poison) = await _fold.Fold(connect, entries, _parked, projection.Name, cancellation);
        _parked.Add(poison);
        var end = entries.Span[^1].Position;
        return (async connection =>
        {
            if (!(await store(connection, Fence, cancellation)).IsWritten)
                return false;
            Fence = Fence with { Position = end };
            return true;
        }, poison);
    }

    /// <summary>Moves on where there is nothing to write.</summary>
    /// <returns>False when somebody else has moved it.</returns>
    public async Task<bool> Advance(NpgsqlConnection connection, long position, CancellationToken cancellation)
    {
        if (Fence.Position >= position)
            return true;
        if (!await ProjectionTable.Advance(connection, Fence, position, cancellation))
            return false;
        Fence = Fence with { Position = position };
        return true;
    }
}
