using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Grains.Interfaces;

/// <summary>
/// The engine in the cluster edition: commands and present states through grains; everything of the past, which is the same
/// wherever it is read, from <paramref name="history"/>.
/// </summary>
/// <param name="history">Reads the log.</param>
/// <param name="patience">How long a call is repeated when silos go. Below the caller's own patience.</param>
public class GrainAggregates(IGrainFactory grains, IAggregates history, TimeProvider time, TimeSpan patience) : IAggregates
{
    public async Task<CommandOutcome> Execute(string id, Command command, CommandContext context, CancellationToken cancellation)
    {
        CallIdentity.Use(new CallIdentity(
            context.Tenant, context.Actor, context.CorrelationId, context.CausationId, context.TraceParent));
        var key = new CommandKey(context.CommandId, context.Fingerprint, context.IfVersion);
        var reply = await ClusterCalls.Make(
            () => grains.Send(context.Tenant, id, command, key), patience, time, cancellation);
        return reply.ToOutcome();
    }

    public async Task<Loaded<TState>> Load<TState>(string tenant, string id, PointInTime point, CancellationToken cancellation)
        where TState : class => point switch
        {
            { Time: not null } => await history.Load<TState>(tenant, id, point, cancellation),
            { Version: { } version } => await Read<TState>(tenant, id, grain => grain.ReadAt(version), cancellation),
            _ => await Read<TState>(tenant, id, grain => grain.Read(), cancellation),
        };

    /// <summary>The latest state that the grain knows, without a look at the log.</summary>
    public Task<Loaded<TState>> LoadKnown<TState>(string tenant, string id, CancellationToken cancellation)
        where TState : class => Read<TState>(tenant, id, grain => grain.ReadKnown(), cancellation);

    public Task<IReadOnlyList<EventEnvelope>> ReadStream(
        string tenant, string streamType, string id, long afterVersion, int limit, CancellationToken cancellation) =>
        history.ReadStream(tenant, streamType, id, afterVersion, limit, cancellation);

    public Task<IReadOnlyList<EventEnvelope>> ReadStory(string tenant, string orderId, long afterPosition, CancellationToken cancellation) =>
        history.ReadStory(tenant, orderId, afterPosition, cancellation);

    private async Task<Loaded<TState>> Read<TState>(
        string tenant, string id, Func<IAggregateGrain<TState>, Task<StateReply<TState>>> read, CancellationToken cancellation)
        where TState : class
    {
        if (CallIdentity.Current?.Tenant != tenant)
            CallIdentity.Use(tenant, "reader");
        var grain = GrainOf<TState>(GrainKeys.Of(tenant, id));
        try
        {
            return (await ClusterCalls.Make(() => read(grain), patience, time, cancellation)).ToLoaded();
        }
        catch (OutcomeUnknownException silent)
        {
            throw new UnavailableException(silent.Message, silent); // a read leaves nothing to know
        }
    }

    private IAggregateGrain<TState> GrainOf<TState>(string grainId)
        where TState : class => (IAggregateGrain<TState>)(object)(typeof(TState) switch
        {
            var state when state == typeof(OrderState) => grains.GetGrain<IOrderGrain>(grainId),
            var state when state == typeof(PaymentState) => grains.GetGrain<IPaymentGrain>(grainId),
            var state when state == typeof(StockState) => grains.GetGrain<IStockGrain>(grainId),
            var state when state == typeof(ShipmentState) => grains.GetGrain<IShipmentGrain>(grainId),
            var state when state == typeof(CustomerState) => grains.GetGrain<ICustomerGrain>(grainId),
            var state when state == typeof(FulfilmentState) => grains.GetGrain<IFulfilmentGrain>(grainId),
            _ => throw new ArgumentException($"No grain has {typeof(TState).Name}.", nameof(grainId)),
        });
}
