using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.Grains.Feed;
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

    [Theory]
    [InlineData(OneSilo.OtherTenant, "o-mine")]
    [InlineData(OneSilo.Tenant, "o-other")]
    public async Task Events_of_another_tenant_or_order_are_not_taken_by_a_saga(string tenant, string order)
    {
        var sent = new FeedEvent(
            1, tenant, "order", order, 1, Guid.NewGuid(), "order-delivered.v1", "{}"u8.ToArray(), "{}"u8.ToArray(), At, At, new byte[32]);
        var saga = cluster.Silo.Grains.GetGrain<IFulfilmentDriver>(GrainKeys.Of(OneSilo.Tenant, "o-mine"));
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => saga.React([sent]));
        Assert.Contains("another order or tenant", refused.Message, StringComparison.Ordinal);
    }
}
