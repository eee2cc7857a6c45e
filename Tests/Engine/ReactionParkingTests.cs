using System.Text;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.EventStore;

namespace OrleansOrders.Tests.Engine;

/// <summary>An order that cannot be read waits; the others are fulfilled.</summary>
public sealed class ReactionParkingTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData("order-placed.v99")]
    [InlineData("order-teleported.v1")]
    [InlineData("order-placed.v1")]
    public async Task An_order_with_an_unreadable_event_is_parked_and_the_others_flow(string type)
    {
        await using var engine = await EngineUnderTest.Start();
        await Append(engine, "order", "a", Created("a"));
        await AppendRaw(engine, "order", "a", type, "{}");
        await engine.Place("b", PaymentMethods.Ok);

        Assert.IsType<FulfilmentState.Completed>(await engine.WaitForRest("b"));

        var poison = Assert.Single(engine.Letters.Open);
        Assert.Equal(("reactions", "order-a", 2L, type), (poison.Consumer, poison.Stream.StreamId, poison.Version, poison.Type));
        var unreadable = await Assert.ThrowsAsync<UnreadableEventException>(() => engine.Send("a", new CancelOrder("no", Now)));
        Assert.Equal(("order-a", 2L, type), (unreadable.StreamId, unreadable.Version, unreadable.Type));
    }

    [Fact]
    public async Task After_repair_and_replay_the_order_is_fulfilled_and_its_story_is_whole()
    {
        await using var engine = await EngineUnderTest.Start();
        await engine.Send("tea", new ReceiveStock(3, Now));
        await Append(engine, "order", "a", Created("a"));
        await Append(engine, "order", "a", new ItemAdded("tea", 3, 1_000, "Tea", Now));
        var placed = new OrderPlaced("a", "customer", "EUR", PaymentMethods.Ok, "DE", 3_000, [new LineItem("tea", 3, 1_000, "Tea")], Now);
        var eventId = await AppendRaw(engine, "order", "a", "order-placed.v99", Encoding.UTF8.GetString(EventCatalog.Encode(placed)));
        await engine.WaitForReactions();
        var stream = new StreamName(EngineUnderTest.Tenant, "order", "a");

        engine.Letters.RequestReplay(stream);
        await engine.Until(() => Task.FromResult(engine.Letters.Open.Count == 1 && engine.Letters.ReplayRequests.Count == 0));
        ((InMemoryEventStore)engine.Store).Repair(new EventRepair(
            EngineUnderTest.Tenant, eventId, 1, "order-placed.v1", EventCatalog.Encode(placed), "anna", "newer writer", Now));
        engine.Letters.RequestReplay(stream);

        Assert.IsType<FulfilmentState.Completed>(await engine.WaitForRest("a"));
        Assert.Empty(engine.Letters.Open);
        Assert.IsType<OrderState.Confirmed>(await engine.State<OrderState>("a"));
        var story = await engine.Aggregates.ReadStory(EngineUnderTest.Tenant, "a", 0, default);
        var repaired = Assert.Single(story, entry => entry.Repair is not null);
        Assert.Equal(("order-placed.v99", "anna", "newer writer", eventId), (repaired.Repair!.StoredType, repaired.Repair.Actor, repaired.Repair.Reason, repaired.EventId));
        Assert.Contains(story, entry => entry.Event is FulfilmentCompleted);
        Assert.Contains(story, entry => entry.Event is StockReserved);
    }

    [Fact]
    public async Task What_arrives_while_an_order_is_parked_is_reacted_to_when_it_is_replayed()
    {
        await using var engine = await EngineUnderTest.Start();
        await engine.Place("a", PaymentMethods.Ok);
        await engine.WaitForRest("a");
        var eventId = await AppendRaw(engine, "payment", "a", "payment-captured.v99", "{}");
        await engine.WaitForReactions();
        Assert.Equal("payment-a", Assert.Single(engine.Letters.Open).Stream.StreamId);

        await engine.Send("a", new ShipOrder("DHL", "1", Now));
        await engine.WaitForReactions();
        Assert.IsType<ShipmentState.Created>(await engine.State<ShipmentState>("a"));
        // The payment was noted twice by somebody; what it should have said changes nothing.
        var payment = (PaymentCaptured)EventCatalog.Decode("payment-captured.v1", (await Events(engine, "payment", "a")).Last(one => one.Type == "payment-captured.v1").Data.Span);
        ((InMemoryEventStore)engine.Store).Repair(new EventRepair(
            EngineUnderTest.Tenant, eventId, 1, "payment-outcome-unknown.v1", EventCatalog.Encode(new PaymentOutcomeUnknown("refund", payment.At)), "anna", "why", Now));
        engine.Letters.RequestReplay(new StreamName(EngineUnderTest.Tenant, "payment", "a"));

        await engine.Until(async () => await engine.State<ShipmentState>("a") is ShipmentState.Dispatched);
        await engine.Until(() => Task.FromResult(engine.Letters.Open.Count == 0));
    }

    [Fact]
    public async Task A_stock_item_that_cannot_be_read_parks_the_orders_that_need_it_and_does_not_compensate_them()
    {
        await using var engine = await EngineUnderTest.Start();
        await AppendRaw(engine, "stock", "tea", "stock-received.v99", "{}");
        await engine.Place("a", PaymentMethods.Ok, stocked: false);
        await engine.WaitForReactions();

        var poison = Assert.Single(engine.Letters.Open);
        Assert.Equal("order-a", poison.Stream.StreamId);
        Assert.Contains("stock-tea", poison.Cause, StringComparison.Ordinal);
        Assert.IsType<FulfilmentState.Running>(await engine.State<FulfilmentState>("a"));
    }

    [Fact]
    public async Task A_snapshot_does_not_hide_what_the_story_cannot_tell_and_an_impossible_event_is_read_as_repaired()
    {
        await using var engine = await EngineUnderTest.Start();
        await Append(engine, "order", "a", Created("a"));
        var eventId = await Append(engine, "order", "a", Created("a"));
        await engine.WaitForReactions();
        await Assert.ThrowsAsync<UnreadableEventException>(() => engine.State<OrderState>("a"));
        await Assert.ThrowsAsync<UnreadableEventException>(() => engine.Aggregates.ReadStory(EngineUnderTest.Tenant, "a", 0, default));

        var added = new ItemAdded("cup", 1, 5, null, Now);
        ((InMemoryEventStore)engine.Store).Repair(new EventRepair(
            EngineUnderTest.Tenant, eventId, 1, "order-item-added.v1", EventCatalog.Encode(added), "anna", "why", Now));

        var draft = Assert.IsType<OrderState.Draft>(await engine.State<OrderState>("a"));
        Assert.Equal("cup", draft.Facts.Lines.Single().Sku);
        Assert.IsType<ItemAdded>((await engine.Aggregates.ReadStory(EngineUnderTest.Tenant, "a", 0, default))[1].Event);
        Assert.IsType<CommandOutcome.Done>(await engine.Send("a", new PlaceOrder(Now)));
    }

    private static OrderCreated Created(string id) => new(id, "customer", "EUR", PaymentMethods.Ok, null, "DE", Now);

    private static Task<Guid> Append(EngineUnderTest engine, string type, string id, DomainEvent @event) =>
        AppendRaw(engine, type, id, EventCatalog.KindOf(@event).StoredName, Encoding.UTF8.GetString(EventCatalog.Encode(@event)));

    private static async Task<Guid> AppendRaw(EngineUnderTest engine, string type, string id, string storedName, string data)
    {
        var stream = new StreamName(EngineUnderTest.Tenant, type, id);
        var head = await engine.Store.ReadHead(stream, default);
        var context = new CommandContext(EngineUnderTest.Tenant, Guid.NewGuid(), "newer", Guid.NewGuid());
        var metadata = EventCodec.Encode([new OrderConfirmed(Now)], context)[0].Metadata;
        var written = new NewEvent(Guid.NewGuid(), storedName, Encoding.UTF8.GetBytes(data), metadata, Now);
        Assert.IsType<AppendResult.Appended>(await engine.Store.Append(new Append(stream, head, [written], null), default));
        return written.EventId;
    }

    private static Task<IReadOnlyList<RecordedEvent>> Events(EngineUnderTest engine, string type, string id) =>
        engine.Store.ReadStream(new StreamName(EngineUnderTest.Tenant, type, id), 0, 100, default);
}
