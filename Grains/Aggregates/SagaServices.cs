using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.Engine.Reactions;

namespace OrleansOrders.Grains.Aggregates;

/// <summary>What the fulfilment grains need to drive their sagas.</summary>
/// <param name="Aggregates">Other grains.</param>
/// <param name="Stopping">The silo is going: what is under way breaks off, and another silo takes it up.</param>
internal sealed record SagaServices(
    IKnownAggregates Aggregates, IPaymentProvider Provider, ICarrier Carrier, EngineOptions Options, TimeProvider Time,
    CancellationToken Stopping)
{
    /// <summary>How much later than the timer the reminder fires: only when the timer was lost.</summary>
    public static readonly TimeSpan ReminderSlack = TimeSpan.FromSeconds(30);

    /// <summary>The shortest that Orleans takes.</summary>
    public static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);

    /// <summary>How long a drive that failed waits before it is tried again.</summary>
    public static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(2);

    public OrderReactions ReactionsThrough(SagaAggregates aggregates) =>
        OrderReactions.Create(aggregates, Provider, Carrier, Options, Time);
}
