using System.Collections.Frozen;
using OrleansOrders.Domain;
using OrleansOrders.EventStore;

namespace OrleansOrders.Engine.Webhooks;

/// <summary>A subscription as its row says.</summary>
/// <param name="Open">Deliveries that are pending.</param>
internal sealed record SubscriptionRow(
    Guid Id, string Tenant, string Url, FrozenSet<string> EventTypes, long Position, bool IsFailing, int Open, IReadOnlyList<byte[]> Secrets);

/// <summary>A subscription while this process sends for it: what its row said last, and what has happened since.</summary>
internal sealed class Subscription(SubscriptionRow row)
{
    private int underWay;

    public SubscriptionRow Row { get; private set; } = row;

    /// <summary>Planned up to here.</summary>
    public long Position { get; private set; } = row.Position;

    /// <summary>Whether the last attempt failed.</summary>
    public bool IsFailing { get; set; } = row.IsFailing;

    /// <summary>Somebody else has moved it: until its row is read again nothing is known of it.</summary>
    public bool IsMoved { get; set; }

    public int Open { get; private set; } = row.Open;

    public void Refresh(SubscriptionRow read)
    {
        (Row, Open, IsMoved) = (read, read.Open, false);
        Position = Math.Max(Position, read.Position);
    }

    public void Planned(long position, int count) => (Position, Open) = (position, Open + count);

    public bool Wants(RecordedEvent recorded) => recorded.Stream.Tenant == Row.Tenant
        && (Row.EventTypes.Count == 0 || Row.EventTypes.Contains(EventCatalog.NameOf(recorded.Type)));

    /// <summary>Requests that may be begun.</summary>
    public int Room(int concurrency) => Math.Max(0, (IsFailing ? 1 : concurrency) - Volatile.Read(ref underWay));

    public void Begin() => Interlocked.Increment(ref underWay);

    public void End() => Interlocked.Decrement(ref underWay);
}
