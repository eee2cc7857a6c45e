using System.Runtime.InteropServices;

namespace OrleansOrders.ReadModels;

/// <summary>
/// Rows that were written or loaded lately. Two generations take the place of a list in order of use: what is asked for
/// moves to the young one; when that is full it becomes the old one, and the former old one is forgotten.
/// </summary>
internal sealed class RowCache<TKey, TRow>(int bytes, Func<TRow, int> bytesOf)
    where TKey : struct, IEquatable<TKey>
    where TRow : class
{
    private readonly int _youngBytes = bytes / 2;
    private Dictionary<TKey, TRow> _young = [];
    private Dictionary<TKey, TRow> _old = [];
    private long _used;

    public int Count => _young.Count + _old.Count;

    public TRow? Find(TKey key)
    {
        if (_young.TryGetValue(key, out var row))
            return row;
        if (!_old.Remove(key, out row))
            return null;
        Keep(key, row);
        return row;
    }

    public void Keep(TKey key, TRow row)
    {
        var size = bytesOf(row);
        if (size > _youngBytes)
        {
            Forget(key);
            return;
        }
        if (_used + size > _youngBytes)
        {
            (_old, _young) = (_young, _old);
            _young.Clear();
            _used = 0;
        }
        _old.Remove(key);
        ref var kept = ref CollectionsMarshal.GetValueRefOrAddDefault(_young, key, out _);
        _used += size - (kept is null ? 0 : bytesOf(kept));
        kept = row;
    }

    public void Clear()
    {
        _young = [];
        _old = [];
        _used = 0;
    }

    private void Forget(TKey key)
    {
        _young.Remove(key);
        _old.Remove(key);
    }
}
