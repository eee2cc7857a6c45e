using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;

namespace OrleansOrders.Engine;

/// <summary>The engine of one process: the six aggregates over one event store.</summary>
public sealed class Aggregates : IKnownAggregates, IAsyncDisposable
{
    private readonly IEventStore store;
    private readonly SnapshotWriter snapshots;
    private readonly Dictionary<Type, IAggregateRunner> byState = [];

    public Aggregates(IEventStore store, EngineOptions options)
    {
        this.store = store;
        snapshots = new SnapshotWriter(store);
        Add(new AggregateRunner<OrderState, OrderCommand, Order>(store, snapshots, options));
        Add(new AggregateRunner<PaymentState, PaymentCommand, Payment>(store, snapshots, options));
        Add(new AggregateRunner<StockState, StockCommand, Stock>(store, snapshots, options));
        Add(new AggregateRunner<ShipmentState, ShipmentCommand, Shipment>(store, snapshots, options));
        Add(new AggregateRunner<CustomerState, CustomerCommand, Customer>(store, snapshots, options));
        Add(new AggregateRunner<FulfilmentState, FulfilmentCommand, Fulfilment>(store, snapshots, options));
    }

    public Task<CommandOutcome> Execute(string id, Command command, CommandContext context, CancellationToken cancellation)
    {
        var runner = byState[command switch
        {
            OrderCommand => typeof(OrderState),
            PaymentCommand => typeof(PaymentState),
            StockCommand => typeof(StockState),
            ShipmentCommand => typeof(ShipmentState),
            CustomerCommand => typeof(CustomerState),
            FulfilmentCommand => typeof(FulfilmentState),
            _ => throw new ArgumentException($"No aggregate takes {command.GetType().Name}.", nameof(command)),
        }];
        return StoreFailures.Translate(runner.Execute(id, command, context, cancellation));
    }

    public Task<Loaded<TState>> Load<TState>(string tenant, string id, PointInTime point, CancellationToken cancellation)
        where TState : class => StoreFailures.Translate(Runner<TState>().Load(tenant, id, point, true, cancellation));

    public Task<Loaded<TState>> LoadKnown<TState>(string tenant, string id, CancellationToken cancellation)
        where TState : class => StoreFailures.Translate(Runner<TState>().Load(tenant, id, PointInTime.Latest, false, cancellation));

    public Task<IReadOnlyList<EventEnvelope>> ReadStream(
        string tenant, string streamType, string id, long afterVersion, int limit, CancellationToken cancellation) =>
        StoreFailures.Translate(ReadEnvelopes(new StreamName(tenant, streamType, id), afterVersion, limit, cancellation));

    public Task<IReadOnlyList<EventEnvelope>> ReadStory(string tenant, string orderId, long afterPosition, CancellationToken cancellation) =>
        StoreFailures.Translate(new OrderStory(store).Read(tenant, orderId, afterPosition, cancellation));

    public ValueTask DisposeAsync() => snapshots.DisposeAsync();

    private void Add<TState, TCommand, TAggregate>(AggregateRunner<TState, TCommand, TAggregate> runner)
        where TState : class
        where TCommand : Command
        where TAggregate : IAggregate<TState, TCommand> => byState.Add(typeof(TState), runner);

    private IStateLoader<TState> Runner<TState>()
        where TState : class => (IStateLoader<TState>)byState[typeof(TState)];

    private async Task<IReadOnlyList<EventEnvelope>> ReadEnvelopes(
        StreamName name, long afterVersion, int limit, CancellationToken cancellation)
    {
        var envelopes = new List<EventEnvelope>();
        foreach (var recorded in await store.ReadStream(name, afterVersion, limit, cancellation))
            envelopes.Add(await EventRepairs.Open(store, recorded, cancellation));
        return envelopes;
    }
}
