using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.EventStore;

namespace OrleansOrders.Tests.Engine;

/// <summary>The one query that the runner asks of the read side, answered by folding the log.</summary>
internal sealed class DueFulfilments(IEventStore store) : IReadModels
{
    public IDeadLetters DeadLetters => throw new NotSupportedException();

    public Task<IReadOnlyList<ConsumerStatus>> ListConsumers(CancellationToken cancellation) => throw new NotSupportedException();

    public async Task<IReadOnlyList<(string Tenant, string OrderId)>> ListDueFulfilments(
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

    public Task<bool> WaitFor(string projection, long position, TimeSpan limit, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<OrderView?> FindOrder(string tenant, string orderId, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<Page<OrderSummary>> ListOrders(string tenant, OrderQuery query, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<StockView?> FindStock(string tenant, string sku, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<Page<FulfilmentView>> ListFulfilments(
        string tenant, string? status, string? cursor, int limit, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<SalesReport> ReportSales(
        string tenant, DateOnly? from, DateOnly? to, SalesGrouping grouping, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<ProjectionStatus>> ListProjections(CancellationToken cancellation) => throw new NotSupportedException();

    public Task<bool> StartRebuild(string projection, long? maximumDifferences, CancellationToken cancellation) =>
        throw new NotSupportedException();
}
