using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine.Providers;
using OrleansOrders.EventStore;

namespace OrleansOrders.Tests.Engine;

public sealed class ManyRunnersTests
{
    [Fact]
    public async Task Two_runners_on_one_log_never_charge_twice()
    {
        var store = new InMemoryEventStore(TimeProvider.System);
        var books = new InMemoryProviderBooks();
        await using var one = new EngineUnderTest(store, books);
        await using var two = new EngineUnderTest(store, books);
        await one.StartRunner();
        await two.StartRunner();
        var orders = Enumerable.Range(0, 21).Select(i => (Id: $"o{i}", Method: PaymentMethods.All[i % 7])).ToList();
        foreach (var (id, method) in orders)
            await one.Place(id, method);
        foreach (var (id, method) in orders)
        {
            var ended = await one.WaitForRest(id);
            Assert.True(
                ended is FulfilmentState.Completed == method is not (PaymentMethods.Declined or PaymentMethods.TimeoutThenDeclined
                    or PaymentMethods.CaptureFails),
                $"{id} {method} {ended}");
        }
        var captures = (await one.Ledger()).Where(entry => entry is { Operation: "capture", Succeeded: true }).ToList();
        Assert.Equal(captures.Count, captures.DistinctBy(entry => entry.OrderId).Count());
        Assert.Equal(12, captures.Count);
    }

    [Theory]
    [InlineData(AppendFault.LoseReply)]
    [InlineData(AppendFault.UnknownAfterCommit)]
    [InlineData(AppendFault.UnknownBeforeCommit)]
    [InlineData(AppendFault.Unavailable)]
    public async Task Orders_end_right_although_one_append_in_five_goes_wrong(AppendFault fault)
    {
        var appends = 0u;
        var store = new InMemoryEventStore(TimeProvider.System);
        await using var engine = await EngineUnderTest.Start(store);
        foreach (var id in Enumerable.Range(0, 4).Select(i => $"o{i}"))
            await engine.Place(id, PaymentMethods.Ok);
        // Not in step with anybody's attempts: what fails in every attempt at the same place never ends.
        store.Fault = _ => (Interlocked.Increment(ref appends) * 2_654_435_761u >> 16) % 5 == 0 ? fault : AppendFault.None;
        await engine.Place("last", PaymentMethods.Ok, stocked: false).ContinueWith(_ => { }, TaskScheduler.Default);
        foreach (var id in Enumerable.Range(0, 4).Select(i => $"o{i}"))
        {
            var ended = await engine.WaitForRest(id);
            var captured = await engine.State<PaymentState>(id) is PaymentState.Captured { Facts: var facts } ? facts.Captured - facts.Refunded : 0;
            Assert.Equal(ended is FulfilmentState.Completed ? 3_500 : 0, captured);
        }
        store.Fault = null;
        var stock = await engine.State<StockState>("tea");
        Assert.Equal(stock.Received + stock.Adjusted, stock.Available + stock.Reserved + stock.Shipped);
    }

    [Fact]
    public async Task A_refund_that_keeps_failing_parks_the_saga_and_a_person_ends_it()
    {
        await using var engine = await EngineUnderTest.Start();
        await engine.Place("o1", PaymentMethods.RefundFails);
        await engine.WaitForRest("o1");
        await engine.Send("o1", new CancelOrder("no more", TimeProvider.System.GetUtcNow()));
        await engine.WaitForReactions();
        var parked = Assert.IsType<FulfilmentState.Parked>(await engine.WaitForRest("o1"));
        Assert.Equal((CompensationStep.ReturnMoney, "operations"), (parked.Step, parked.Owner));
        Assert.IsType<CommandOutcome.Done>(await engine.Send(
            "o1", new SkipCompensationStep("ann", "paid back by bank transfer", TimeProvider.System.GetUtcNow())));
        await engine.WaitForReactions();
        Assert.IsType<FulfilmentState.Compensated>(await engine.WaitForRest("o1"));
        Assert.Equal(3, (await engine.State<StockState>("tea")).Available);
    }

    [Fact]
    public async Task An_order_s_story_holds_its_stock_movements_in_log_order()
    {
        await using var engine = await EngineUnderTest.Start();
        await engine.Place("other", PaymentMethods.Ok);
        await engine.Place("o1", PaymentMethods.CaptureFails);
        await engine.WaitForRest("o1");
        await engine.WaitForRest("other");
        var story = await engine.Aggregates.ReadStory(EngineUnderTest.Tenant, "o1", 0, CancellationToken.None);
        Assert.Equal(story.OrderBy(entry => entry.Position), story);
        Assert.Equal(2, story.Count(entry => entry.Event is StockReserved));
        Assert.Equal(2, story.Count(entry => entry.Event is ReservationReleased));
        Assert.All(story.Where(entry => entry.StreamType != "stock"), entry => Assert.Equal("o1", entry.Id));
        Assert.Single(story, entry => entry.Event is FulfilmentCompensated);
    }
}
