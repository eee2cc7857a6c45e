using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Engine.Providers;

/// <summary>A carrier that always has room. Its booking reference follows from the order, so booking twice is booking once.</summary>
public sealed class SimulatedCarrier : ICarrier
{
    public Task<string> Book(string tenant, string orderId, CancellationToken cancellation) =>
        Task.FromResult($"booking-{Ids.Text(Ids.Derive("carrier", tenant, orderId))[..12]}");

    public Task Cancel(string tenant, string orderId, CancellationToken cancellation) => Task.CompletedTask;
}
