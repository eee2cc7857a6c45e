using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.Grains.Interfaces;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cluster.Calls;

/// <summary>The feed is the guarantee: what is in the log moves a saga, whoever wrote it and whatever the grain knows.</summary>
public sealed class SagaFeedTests(OneSilo cluster) : IClassFixture<OneSilo>
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_saga_follows_an_event_that_its_grain_does_not_know_yet()
    {
        CallIdentity.Use(OneSilo.Tenant, "tests");
        var id = $"o{Guid.NewGuid():n}";
        var saga = cluster.Cluster.GetGrain<IFulfilmentGrain>(GrainKeys.Of(OneSilo.Tenant, id));
        await cluster.Cluster.GetGrain<IStockGrain>(GrainKeys.Of(OneSilo.Tenant, id)).Receive(new ReceiveStock(1, At), CommandKey.New());
        await cluster.Order(id).Create(
            new CreateOrder(id, "17850", "GBP", PaymentMethods.Ok, null, null, [new LineItem(id, 1, 400, null)], true, At), CommandKey.New());
        await Eventually.True(async () => (await saga.Read()).State is FulfilmentState.Completed);

        // Past the grain, as an append whose reply is still on its way to it would look.
        await using var elsewhere = new Aggregates(cluster.Silo.Store, new EngineOptions());
        var context = new CommandContext(OneSilo.Tenant, Guid.NewGuid(), "tests", Guid.NewGuid()) { Fingerprint = [1] };
        Assert.IsType<CommandOutcome.Done>(await elsewhere.Execute(id, new Compensate("fraud", "tests", At), context, CancellationToken.None));

        await Eventually.True(async () => await cluster.Database.Query<long>(
            $"select count(*) from events where stream_id = 'fulfilment-{id}' and type = 'fulfilment-compensated.v1'") == 1);
    }
}
