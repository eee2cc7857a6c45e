using System.Text;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.EventStore;

namespace OrleansOrders.Tests.Support;

/// <summary>Events on a stream that no decision of this program made: a newer one's, or a damaged one's.</summary>
internal static class ForeignEvents
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static Task Append(IEventStore store, string tenant, string streamType, string id, DomainEvent @event, string? storedName = null) => Append(
        store, tenant, streamType, id, storedName ?? EventCatalog.KindOf(@event).StoredName, Encoding.UTF8.GetString(EventCatalog.Encode(@event)));

    public static async Task Append(IEventStore store, string tenant, string streamType, string id, string storedName, string data)
    {
        var context = new CommandContext(tenant, Guid.NewGuid(), "newer", Guid.NewGuid());
        // Whoever appends at the same time is faster by chance: then it is tried again on the new head.
        while (true)
        {
            var stream = new StreamName(tenant, streamType, id);
            var head = await store.ReadHead(stream, CancellationToken.None);
            var written = EventCodec.Encode([new OrderConfirmed(At)], context)[0] with { Type = storedName, Data = Encoding.UTF8.GetBytes(data) };
            if (await store.Append(new Append(stream, head, [written], new Receipt(context.CommandId, [1], null, null)), CancellationToken.None) is AppendResult.Appended)
                return;
        }
    }
}
