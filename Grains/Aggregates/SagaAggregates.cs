using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;

namespace OrleansOrders.Grains.Aggregates;

/// <summary>
/// The engine as one saga's driving uses it: its own stream without a call, everything else through grains. A grain that
/// called itself would wait for itself in vain as soon as its activation is on its way out.
/// </summary>
internal sealed class SagaAggregates(
    IKnownAggregates others, string orderId, Func<FulfilmentCommand, CommandContext, Task<CommandOutcome>> decide,
    Func<Task<Loaded<FulfilmentState>>> loadKnown, Func<Task<Loaded<FulfilmentState>>> loadLatest) : IKnownAggregates
{
    public Task<CommandOutcome> Execute(string id, Command command, CommandContext context, CancellationToken cancellation) =>
        command is FulfilmentCommand own && id == orderId ? decide(own, context) : others.Execute(id, command, context, cancellation);

    public async Task<Loaded<TState>> LoadKnown<TState>(string tenant, string id, CancellationToken cancellation)
        where TState : class => typeof(TState) == typeof(FulfilmentState) && id == orderId
            ? (Loaded<TState>)(object)await loadKnown()
            : await others.LoadKnown<TState>(tenant, id, cancellation);

    public async Task<Loaded<TState>> Load<TState>(string tenant, string id, PointInTime point, CancellationToken cancellation)
        where TState : class => typeof(TState) == typeof(FulfilmentState) && id == orderId && point == PointInTime.Latest
            ? (Loaded<TState>)(object)await loadLatest()
            : await others.Load<TState>(tenant, id, point, cancellation);

    public Task<IReadOnlyList<EventEnvelope>> ReadStream(
        string tenant, string streamType, string id, long afterVersion, int limit, CancellationToken cancellation) =>
        others.ReadStream(tenant, streamType, id, afterVersion, limit, cancellation);

    public Task<IReadOnlyList<EventEnvelope>> ReadStory(string tenant, string orderId, long afterPosition, CancellationToken cancellation) =>
        others.ReadStory(tenant, orderId, afterPosition, cancellation);
}
