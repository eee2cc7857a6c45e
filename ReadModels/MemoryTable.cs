using OrleansOrders.Domain.Ports;

namespace OrleansOrders.ReadModels;

/// <summary>A projection's rows in memory: what the table must hold after the same events.</summary>
public sealed class MemoryTable<TKey, TRow>(Projection<TKey, TRow> projection)
    where TKey : struct, IEquatable<TKey>
    where TRow : class, IProjectionRow<TKey>
{
    private readonly Dictionary<TKey, TRow> _rows = [];

    public IReadOnlyDictionary<TKey, TRow> Rows => _rows;

    public void Apply(EventEnvelope envelope)
    {
        if (envelope.StreamType != projection.StreamType)
            return;
        foreach (var key in projection.KeysOf(envelope))
        {
            if (projection.Apply(key, _rows.GetValueOrDefault(key), envelope) is { } row)
                _rows[key] = row;
        }
    }
}
