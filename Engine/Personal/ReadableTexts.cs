using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;

namespace OrleansOrders.Engine.Personal;

/// <summary>Finds what can be read of a customer: in the own stream and in those of the newest orders.</summary>
internal sealed class ReadableTexts(IEventStore log, IReadModels readModels, PersonalTexts personal)
{
    private const int MostOrders = 100;
    private const int MostEvents = 1_000;

    // Shorter texts and lone words ("late", "GB") occur everywhere and would say nothing about this customer.
    private const int ShortestText = 8;

    /// <summary>The texts, of which none is a part that other rows have by chance.</summary>
    public async Task<IReadOnlyList<string>> Gather(string tenant, string customerId, CancellationToken cancellation)
    {
        var texts = new HashSet<string>(StringComparer.Ordinal);
        await AddFrom(new StreamName(tenant, Customer.StreamType, customerId), texts, cancellation);
        var orders = await readModels.ListOrders(
            tenant, new OrderQuery(customerId, null, null, null, null, null, MostOrders), cancellation);
        foreach (var order in orders.Items)
        {
            foreach (var type in OrderStreams.Types)
                await AddFrom(new StreamName(tenant, type, order.Id), texts, cancellation);
        }
        return [.. texts.Where(text => text.Length >= ShortestText && text != EventTexts.Erased && text.AsSpan().ContainsAny(" @0123456789"))];
    }

    private async Task AddFrom(StreamName stream, HashSet<string> texts, CancellationToken cancellation)
    {
        foreach (var recorded in await log.ReadStream(stream, 0, MostEvents, cancellation))
        {
            var written = new List<string>();
            try
            {
                EventTexts.Change(EventCodec.Decode(recorded), text =>
                {
                    written.Add(text);
                    return text;
                });
            }
            catch (Exception unreadable) when (EventRepairs.IsOfEvent(unreadable))
            {
                continue; // what cannot be decoded cannot be read
            }
            foreach (var text in written)
                texts.Add(await personal.Open(stream.Tenant, text, cancellation));
        }
    }
}
