namespace OrleansOrders.Domain.Ports;

/// <summary>How far one that reads the log, or what is published of it, is behind.</summary>
/// <param name="Name"><c>publisher</c>, <c>reactions</c>, <c>notifications</c>, or a read model's.</param>
/// <param name="Position">Everything up to here is done, or parked as a dead letter.</param>
/// <param name="End">The log's real end.</param>
/// <param name="LagEvents">End minus position.</param>
/// <param name="LagSeconds">Age of the oldest event that is not done; 0 when there is none.</param>
/// <param name="OldestOrder">The first order that waits, or null when there is none near.</param>
/// <param name="State">In a word or a few; <c>live</c> when all is well.</param>
/// <param name="Error">What is in the way, or null.</param>
/// <param name="DeadLetters">Streams of all tenants that are parked for it.</param>
public sealed record ConsumerStatus(
    string Name, long Position, long End, long LagEvents, double LagSeconds, string? OldestOrder, string State, string? Error, long DeadLetters);

/// <summary>Everything that must follow the log.</summary>
public interface IConsumers
{
    Task<IReadOnlyList<ConsumerStatus>> List(CancellationToken cancellation);
}
