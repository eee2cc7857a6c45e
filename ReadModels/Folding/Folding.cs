using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;

namespace OrleansOrders.ReadModels;

/// <summary>What one pass over a batch gave.</summary>
/// <param name="Rows">Every row that the batch touches, as it is afterwards.</param>
/// <param name="Added">Those to write that were not there.</param>
/// <param name="Changed">The others to write.</param>
/// <param name="Poison">The first event of each stream that could not be folded.</param>
/// <param name="Failed">The same events, to look for repairs.</param>
internal sealed record FoldPass<TKey, TRow>(
    Dictionary<TKey, TRow?> Rows, List<TRow> Added, List<TRow> Changed, List<PoisonEvent> Poison, List<LogEntry> Failed)
    where TKey : struct, IEquatable<TKey>
    where TRow : class
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
    public Repairs Repairs => repairs;

    /// <summary>Finds the rows that the entries touch: remembered, certainly new, or to be loaded.</summary>
    public List<TKey> Route(ReadOnlySpan<LogEntry> entries, Dictionary<TKey, TRow?> rows)
    {
        var missing = new List<TKey>();
        foreach (var entry in entries)
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

    public FoldPass<TKey, TRow> Fold(ReadOnlySpan<LogEntry> entries, Dictionary<TKey, TRow?> rows)
    {
        var touched = new Touched(rows);
        var poison = new List<PoisonEvent>();
        var failed = new List<LogEntry>();
        HashSet<StreamName>? left = null;
        foreach (var entry in entries)
        {
            if (!IsWanted(entry) || left?.Contains(entry.Recorded.Stream) == true)
                continue;
            if (Take(entry, touched) is not { } failure)
                continue;
            (left ??= []).Add(entry.Recorded.Stream);
            poison.Add(PoisonEvent.From(consumer, entry.Recorded, failure));
            failed.Add(entry);
        }
        return new FoldPass<TKey, TRow>(rows, [.. touched.Added.Values], [.. touched.Changed.Values], poison, failed);
    }

    private bool IsWanted(LogEntry entry) => entry.Recorded.Stream.Type == projection.StreamType && !parked.Skips(entry.Recorded);

    private void Route(EventEnvelope envelope, Dictionary<TKey, TRow?> rows, List<TKey> missing)
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
            if (rows.ContainsKey(key))
                continue;
            var row = cache.Find(key);
            rows.Add(key, row);
            if (row is null && !projection.StartsRow(envelope))
                missing.Add(key);
        }
    }

    /// <returns>Null when it is taken; else why it is not.</returns>
    private Exception? Take(LogEntry entry, Touched touched)
    {
        var failure = entry.Envelope is { } stored ? Apply(stored, touched) : entry.Failure;
        if (failure is null)
            return null;
        return repairs.Find(entry) is { } repaired ? Apply(repaired, touched) : repairs.FailureOf(entry) ?? failure;
    }

    /// <summary>Applies it to all its rows, or to none.</summary>
    private Exception? Apply(EventEnvelope envelope, Touched touched)
    {
        try
        {
            var keys = projection.KeysOf(envelope);
            if (keys.Count == 1)
            {
                touched.Keep(keys[0], projection.Apply(keys[0], touched.Rows[keys[0]], envelope));
                return null;
            }
            var after = new TRow?[keys.Count];
            for (var i = 0; i < after.Length; i++)
                after[i] = projection.Apply(keys[i], touched.Rows[keys[i]], envelope);
            for (var i = 0; i < after.Length; i++)
                touched.Keep(keys[i], after[i]);
            return null;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return failure;
        }
    }

    /// <summary>The rows of a batch while it is folded.</summary>
    private sealed class Touched(Dictionary<TKey, TRow?> rows)
    {
        public Dictionary<TKey, TRow?> Rows { get; } = rows;

        public Dictionary<TKey, TRow> Added { get; } = [];

        public Dictionary<TKey, TRow> Changed { get; } = [];

        public void Keep(TKey key, TRow? after)
        {
            var before = Rows[key];
            if (after is null || ReferenceEquals(after, before))
                return;
            Rows[key] = after;
            (before is null || Added.ContainsKey(key) ? Added : Changed)[key] = after;
        }
    }
}
