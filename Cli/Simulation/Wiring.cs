using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.Engine.Providers;
using OrleansOrders.EventStore;

namespace OrleansOrders.Cli.Simulation;

/// <summary>
/// Where something can be put between the parts of the simulated system. Nothing is; tests put planted bugs there, to see
/// that the simulation notices.
/// </summary>
internal sealed record Wiring
{
    public static readonly Wiring Sound = new();

    /// <summary>The store as all processes see it.</summary>
    public Func<World, IEventStore, IEventStore> Store { get; init; } = static (_, store) => store;

    /// <summary>The store as one process's projector sees it.</summary>
    public Func<IEventStore, IEventStore> ProjectorStore { get; init; } = static store => store;

    /// <summary>The books of the payment provider.</summary>
    public Func<IProviderBooks, IProviderBooks> Books { get; init; } = static books => books;

    /// <summary>The payment provider as one process sees it.</summary>
    public Func<IPaymentProvider, IPaymentProvider> Provider { get; init; } = static provider => provider;

    public Func<ICarrier, ICarrier> Carrier { get; init; } = static carrier => carrier;

    /// <summary>Where a process's reactions note how far they are.</summary>
    public Func<World, IReactionCheckpoint, IReactionCheckpoint> Checkpoint { get; init; } = static (_, checkpoint) => checkpoint;

    /// <summary>Whether a read model's table takes a batch, given whether its position and generation still hold.</summary>
    public Func<bool, bool> TableFence { get; init; } = static holds => holds;

    /// <summary>Where the publisher's lease and checkpoint are.</summary>
    public Func<World, IPublisherBook, IPublisherBook> Publisher { get; init; } = static (_, book) => book;
}
