using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;

namespace OrleansOrders.Tests.Http.Support;

/// <summary>An engine without a payment, which says so when the test lets it.</summary>
internal sealed class KnowsNothing : IAggregates
{
    public TaskCompletionSource? Gate { get; init; }

    public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<CommandOutcome> Execute(string id, Command command, CommandContext context, CancellationToken cancellation) => throw new NotSupportedException();

    public async Task<Loaded<TState>> Load<TState>(string tenant, string id, PointInTime point, CancellationToken cancellation)
        where TState : class
    {
        Entered.TrySetResult();
        if (Gate is not null)
            await Gate.Task;
        return new Loaded<TState>((TState)(object)Payment.Initial, 0, 0);
    }

    public Task<IReadOnlyList<EventEnvelope>> ReadStream(
        string tenant, string streamType, string id, long afterVersion, int limit, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<IReadOnlyList<EventEnvelope>> ReadStory(string tenant, string orderId, long afterPosition, CancellationToken cancellation) => throw new NotSupportedException();
}
