using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Api;

/// <summary>
/// Calls to a cluster whose silos come and go. When one is lost, every call under way is made again beside the first: the
/// same command is carried out once however often it is sent, and nobody will say which calls were lost with the silo.
/// Before the first silo was found calls are turned away; an Orleans client that never connected would not answer them.
/// </summary>
internal sealed class SteadyAggregates(ClusterConnection connection, IAggregates cluster, IAggregates history) : IAggregates
{
    public Task<CommandOutcome> Execute(string id, Command command, CommandContext context, CancellationToken cancellation) =>
        Call(() => cluster.Execute(id, command, context, cancellation));

    public Task<Loaded<TState>> Load<TState>(string tenant, string id, PointInTime point, CancellationToken cancellation)
        where TState : class => Call(() => cluster.Load<TState>(tenant, id, point, cancellation));

    public Task<IReadOnlyList<EventEnvelope>> ReadStream(
        string tenant, string streamType, string id, long afterVersion, int limit, CancellationToken cancellation) =>
        history.ReadStream(tenant, streamType, id, afterVersion, limit, cancellation);

    public Task<IReadOnlyList<EventEnvelope>> ReadStory(string tenant, string orderId, long afterPosition, CancellationToken cancellation) =>
        history.ReadStory(tenant, orderId, afterPosition, cancellation);

    private Task<T> Call<T>(Func<Task<T>> call) => connection.IsOpen
        ? BesideEachOther.Make(call, () => connection.NextLoss)
        : throw new UnavailableException("No silo of the cluster can be reached.");
}
