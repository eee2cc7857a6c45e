using OrleansOrders.Cli.Simulation;
using OrleansOrders.Domain;
using OrleansOrders.Engine;
using OrleansOrders.EventStore;

namespace OrleansOrders.Tests.Engine;

/// <summary>What is due, answered by folding the log.</summary>
internal sealed class DueFulfilments(IEventStore store) : DueReadModels
{
    public override async Task<IReadOnlyList<(string Tenant, string OrderId)>> ListDueFulfilments(
        DateTimeOffset now, int limit, CancellationToken cancellation)
    {
        var states = new Dictionary<(string, string), FulfilmentState>();
        for (var position = 0L; ;)
        {
            var events = await store.ReadLog(position, 1_000, cancellation);
            if (events.Count == 0)
                break;
            position = events[^1].Position;
            foreach (var recorded in events.Where(recorded => recorded.Stream.Type == Fulfilment.StreamType))
            {
                var key = (recorded.Stream.Tenant, recorded.Stream.Id);
                states[key] = Fulfilment.Evolve(states.GetValueOrDefault(key, Fulfilment.Initial), EventCodec.Decode(recorded));
            }
        }
        return [.. states.Where(entry => NextAction.WakeAt(entry.Value) <= now).Take(limit).Select(entry => entry.Key)];
    }
}
