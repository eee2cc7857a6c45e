using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Engine;

/// <summary>The engine as work that the version key corrects may use it: what is known already may be out of date, and is cheaper.</summary>
public interface IKnownAggregates : IAggregates
{
    /// <summary>The latest state that is known, without asking whether it moved.</summary>
    Task<Loaded<TState>> LoadKnown<TState>(string tenant, string id, CancellationToken cancellation)
        where TState : class;
}
