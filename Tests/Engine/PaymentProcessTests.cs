using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.Engine.Fulfilments;
using OrleansOrders.Engine.Providers;
using OrleansOrders.EventStore;

namespace OrleansOrders.Tests.Engine;

/// <summary>Two processes move one order's money, and neither knows of the other.</summary>
public sealed class PaymentProcessTests
{
    private const string Order = "o1";

    private static readonly FulfilmentFacts Facts = new(Order, "ada", [new ItemQuantity("tea", 1)], 600, "GBP", PaymentMethods.Ok);

    private readonly InMemoryEventStore _store = new(TimeProvider.System);
    private readonly InMemoryProviderBooks _books = new();

    /// <summary>The simulation's seed 810468: the payment was found not to be requested, and then voided after it was.</summary>
    [Fact]
    public async Task A_payment_that_is_requested_just_before_it_is_voided_is_voided_at_the_provider_as_well()
    {
        await using var other = new Aggregates(_store, new EngineOptions());
        await using var own = new Aggregates(_store, new EngineOptions());
        var overtaken = new Overtaken(own, async () => Assert.IsType<StepResult.Done>(await Process(other).Authorize(Saga(2), Facts, default)));

        Assert.IsType<StepResult.Done>(await Process(overtaken).Return(Saga(3), default));

        Assert.IsType<PaymentState.Voided>((await other.Load<PaymentState>("default", Order, PointInTime.Latest, default)).State);
        var asked = new List<string>();
        await foreach (var entry in _books.ReadAll(default))
            asked.Add(entry.Operation);
        Assert.Equal(["authorize", "void"], asked);
    }

    [Fact]
    public async Task A_payment_that_nobody_requested_is_voided_without_asking_the_provider_and_cannot_be_requested_any_more()
    {
        await using var own = new Aggregates(_store, new EngineOptions());
        Assert.IsType<StepResult.Done>(await Process(own).Return(Saga(3), default));
        Assert.IsType<StepResult.Done>(await Process(own).Return(Saga(3), default));
        Assert.IsType<StepResult.Failed>(await Process(own).Authorize(Saga(2), Facts, default));
        await foreach (var entry in _books.ReadAll(default))
            Assert.Fail($"The provider was asked: {entry}");
        Assert.Equal(1, await _store.ReadEnd(default));
    }

    private PaymentProcess Process(IKnownAggregates aggregates) =>
        new(aggregates, new SimulatedPaymentProvider(_books, TimeProvider.System, TimeSpan.Zero), new EngineOptions(), TimeProvider.System);

    private static SagaContext Saga(long version) => new("default", Order, version, Guid.NewGuid(), Guid.NewGuid(), null);

    /// <summary>Somebody is faster, once, between a state's being read and what is made of it.</summary>
    private sealed class Overtaken(Aggregates own, Func<Task> meanwhile) : IKnownAggregates
    {
        private Func<Task>? _meanwhile = meanwhile;

        public Task<CommandOutcome> Execute(string id, Command command, CommandContext context, CancellationToken cancellation) =>
            own.Execute(id, command, context, cancellation);

        public async Task<Loaded<TState>> Load<TState>(string tenant, string id, PointInTime point, CancellationToken cancellation)
            where TState : class
        {
            var loaded = await own.Load<TState>(tenant, id, point, cancellation);
            if (Interlocked.Exchange(ref _meanwhile, null) is { } faster)
                await faster();
            return loaded;
        }

        public Task<Loaded<TState>> LoadKnown<TState>(string tenant, string id, CancellationToken cancellation)
            where TState : class => own.LoadKnown<TState>(tenant, id, cancellation);

        public Task<IReadOnlyList<EventEnvelope>> ReadStream(
            string tenant, string streamType, string id, long afterVersion, int limit, CancellationToken cancellation) =>
            own.ReadStream(tenant, streamType, id, afterVersion, limit, cancellation);

        public Task<IReadOnlyList<EventEnvelope>> ReadStory(string tenant, string orderId, long afterPosition, CancellationToken cancellation) =>
            own.ReadStory(tenant, orderId, afterPosition, cancellation);
    }
}
