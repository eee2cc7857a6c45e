using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.Grains.Interfaces;

namespace OrleansOrders.Grains;

/// <summary>The engine as the sagas of a silo use it: through grains, wherever they are.</summary>
internal sealed class SiloAggregates(IGrainFactory grains, IAggregates history, TimeProvider time)
    : GrainAggregates(grains, history, time, Patience), IKnownAggregates
{
    // A step that takes longer fails, and is tried again later.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
}
