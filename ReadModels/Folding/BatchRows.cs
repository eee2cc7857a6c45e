using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.ReadModels;

/// <summary>The rows that a batch touches: as they were before it, and as they are so far. Null where there is none.</summary>
internal sealed class BatchRows<TKey, TRow>
    where TKey : struct, IEquatable<TKey>
    where TRow : class, IProjectionRow<TKey>
{
    private readonly Dictionary<TKey, (TRow? Before, TRow? After)> _rows = [];

    /// <summary>The rows that there are now.</summary>
    public IEnumerable<TRow> Present
    {
        get
        {
            foreach (var (_, after) in _rows.Values)
            {
                if (after is not null)
                    yield return after;
            }
        }
    }

    /// <summary>Takes a row in from what is remembered.</summary>
    /// <returns>True when nobody has asked for it before and it is not remembered.</returns>
    public bool IsUnknown(TKey key, RowCache<TKey, TRow> cache)
    {
        ref var row = ref CollectionsMarshal.GetValueRefOrAddDefault(_rows, key, out var isThere);
        if (isThere)
            return false;
        var found = cache.Find(key);
        row = (found, found);
        return found is null;
    }

    /// <summary>Takes a row in as the table has it.</summary>
    public void Load(TRow row) => _rows[row.Key] = (row, row);

    public TRow? Find(TKey key) => _rows[key].After;

    /// <summary>What the row has become; null leaves it as it is.</summary>
    public void Set(TKey key, TRow? after)
    {
        if (after is not null)
            Ref(key).After = after;
    }

    /// <summary>As <see cref="Find"/> and <see cref="Set"/>, in one step.</summary>
    public void Apply(TKey key, EventEnvelope envelope, Func<TKey, TRow?, EventEnvelope, TRow?> apply)
    {
        ref var row = ref Ref(key);
        row.After = apply(key, row.After, envelope) ?? row.After;
    }

    /// <summary>The rows to write: those that were not there, and those that are no longer as they were.</summary>
    public (List<TRow> Added, List<TRow> Changed) ToWrite()
    {
        var (added, changed) = (new List<TRow>(), new List<TRow>());
        foreach (var (before, after) in _rows.Values)
        {
            if (after is not null && !ReferenceEquals(before, after))
                (before is null ? added : changed).Add(after);
        }
        return (added, changed);
    }

    private ref (TRow? Before, TRow? After) Ref(TKey key)
    {
        ref var row = ref CollectionsMarshal.GetValueRefOrNullRef(_rows, key);
        if (Unsafe.IsNullRef(ref row))
            throw new KeyNotFoundException($"The row {key} was not asked for before the batch was folded.");
        return ref row;
    }
}
