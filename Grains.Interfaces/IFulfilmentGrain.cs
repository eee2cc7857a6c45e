using OrleansOrders.Domain;

namespace OrleansOrders.Grains.Interfaces;

/// <summary>
/// The fulfilment of one order; its id is the order's. It starts by itself when the order is placed and goes on by itself;
/// people act on it only when it is parked.
/// </summary>
[Alias("orders.IFulfilmentGrain"), Version(ContractVersion.Current)]
public interface IFulfilmentGrain : IAggregateGrain<FulfilmentState>
{
    /// <summary>A person says: try the parked step again. Refused when it is not parked (<c>fulfilment-not-parked</c>).</summary>
    [Alias("Retry")]
    Task<CommandReply> Retry(RetryFulfilment command, CommandKey key);

    /// <summary>A person says: the parked compensation step was done by hand. Refused when it is not parked.</summary>
    [Alias("Skip")]
    Task<CommandReply> Skip(SkipCompensationStep command, CommandKey key);

    /// <summary>Undoes everything that was done for the order. Refused once it has ended (<c>fulfilment-ended</c>).</summary>
    [Alias("Compensate")]
    Task<CommandReply> Compensate(Compensate command, CommandKey key);

    /// <summary>Writes down how the saga goes on: its start, its steps' results. The fulfilment's own command.</summary>
    [Alias("Advance")]
    Task<CommandReply> Advance(FulfilmentCommand command, CommandKey key);
}
