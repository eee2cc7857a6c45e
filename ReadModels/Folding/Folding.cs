using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;

namespace OrleansOrders.ReadModels;

/// <summary>What one pass over a batch gave.</summary>
/// <param name="Rows">Every row that the batch touches.</param>
/// <param name="Added">Those to write that were not there.</param>
/// <param name="Changed">The others to write.</param>
/// <param name="Poison">The first event of each stream that could not be folded.</param>
/// <param name="Failed">The same events, to look for repairs.</param>
internal sealed record FoldPass<TKey, TRow>(
    BatchRows<TKey, TRow> Rows, List<TRow> Added, List<TRow> Changed, List<PoisonEvent> Poison, List<LogEntry> Failed)
    where TKey : struct, IEquatable<TKey>
    where TRow : class, IProjectionRow<TKey>
{
    public int Written => Added.Count + Changed.Count;
}

/// <summary>
/// Folds one batch in memory. An event is taken as it stands in the log; where that fails, as its repair has it; where that
/// fails too, its stream is left out from there on, and all its rows stay as they were before it.
/// </summary>
internal sealed class Folding<TKey, TRow>(
    Projection<TKey, TRow> projection, ParkedSet parked, Repairs repairs, string consumer, RowCache<TKey, TRow> cache)
    where TKey : struct, IEquatable<TKey>
    where TRow : class, IProjectionRow<TKey>
{
    private readonly int kind = ReadModelCatalog.KindOf(projection.StreamType);
    private readonly Func<TKey, TRow?, EventEnvelope, TRow?> apply = projection.Apply;

    public Repairs Repairs => repairs;

    /// <summary>Finds the rows that the entries touch: remembered, certainly new, or to be loaded.</summary>
    /// <returns>The keys of those to be loaded.</returns>
    public List<TKey> Route(ReadOnlySpan<LogEntry> entries, BatchRows<TKey, TRow> rows)
    {
        var missing = new List<TKey>();
        foreach (ref readonly var entry in entries)
        {
            if (!IsWanted(entry))
                continue;
            if (entry.Envelope is { } stored)
                Route(stored, rows, missing);
            if (repairs.Find(entry) is { } repaired)
                Route(repaired, rows, missing);
        }
        return missing;
    }

    public FoldPass<TKey, TRow> Fold(ReadOnlySpan<LogEntry> entries, BatchRows<TKey, TRow> rows)
    {
        var poison = new List<PoisonEvent>();
        var failed = new List<LogEntry>();
        HashSet<StreamName>? left = null;
        foreach (ref readonly var entry in entries)
        {
            if (!IsWanted(entry) || left?.Contains(entry.Recorded.Stream) == true)
                continue;
            if (Take(entry, rows) is not { } failure)
                continue;
            (left ??= []).Add(entry.Recorded.Stream);
            poison.Add(PoisonEvent.From(consumer, entry.Recorded, failure));
            failed.Add(entry);
        }
        var (added, changed) = rows.ToWrite();
        return new FoldPass<TKey, TRow>(rows, added, changed, poison, failed);
    }

    private bool IsWanted(in LogEntry entry) => entry.Kind == kind && !parked.Skips(entry.Recorded);

    private void Route(EventEnvelope envelope, BatchRows<TKey, TRow> rows, List<TKey> missing)
    {
        IReadOnlyList<TKey> keys;
        try
        {
            keys = projection.KeysOf(envelope);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return; // folding it fails in the same way, and says so
        }
        foreach (var key in keys)
        {
            if (rows.IsUnknown(key, cache) && !projection.StartsRow(envelope))
                missing.Add(key);
        }
    }

    /// <returns>Null when it is taken; else why it is not.</returns>
    private Exception? Take(in LogEntry entry, BatchRows<TKey, TRow> rows)
    {
        var failure = entry.Envelope is { } stored ? Apply(stored, rows) : entry.Failure;
        if (failure is null)
            return null;
        return repairs.Find(entry) is { } repaired ? Apply(repaired, rows) : repairs.FailureOf(entry) ?? failure;
    }

    /// <summary>Applies it to all its rows, or to none.</summary>
    private Exception? Apply(EventEnvelope envelope, BatchRows<TKey, TRow> rows)
    {
        try
        {
            var keys = projection.KeysOf(envelope);
            if (keys.Count == 1)
            {
                rows.Apply(keys[0], envelope, apply);
                return null;
            }
            var after = new TRow?[keys.Count];
            for (var i = 0; i < after.Length; i++)
                after[i] = projection.Apply(keys[i], rows.Find(keys[i]), envelope);
            for (var i = 0; i < after.Length; i++)
                rows.Set(keys[i], after[i]);
            return null;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return failure;
        }
    }
}
