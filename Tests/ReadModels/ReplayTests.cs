using System.Text;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;
using OrleansOrders.ReadModels;
using OrleansOrders.Tests.ReadModels.Support;

namespace OrleansOrders.Tests.ReadModels;

/// <summary>Parked streams of the projections: repair, dry run, replay.</summary>
public sealed class ReplayTests
{
    private const string Tenant = SmallHistory.Tenant;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Histories_with_poison_that_is_repaired_and_replayed_at_random_end_as_the_sound_log_folds(int seed)
    {
        var sound = new InMemoryEventStore(TimeProvider.System);
        await new RandomHistory(sound, seed).Append(400);
        var events = await sound.ReadLog(0, int.MaxValue, default);
        await using var readModels = await ReadModelsUnderTest.CreateOnPostgres();
        var damaged = new DamagedLog(readModels.Log, seed);
        var random = new Random(seed);
        await readModels.Start();
        foreach (var chunk in events.Chunk(40))
        {
            await damaged.Append(chunk, 0.08);
            if (random.Next(3) == 0)
                await readModels.CatchUp();
            if (random.Next(2) == 0)
                await RepairSome(readModels, damaged, random);
        }
        await readModels.CatchUp();
        Assert.NotEmpty(damaged.Sound);

        while (await RepairSome(readModels, damaged, null) > 0)
            await readModels.CatchUp();

        foreach (var projection in ReadModelCatalog.All)
        {
            Assert.Equal(await TableRows.InMemory(sound, projection.Name), await TableRows.InDatabase(readModels.Database, projection.Name));
            var compared = await new ReadModelComparison(readModels.Models).Run(projection.Name, 5, default);
            Assert.Equal((0L, 0, 0), (compared.Differences, compared.Parked.Count, compared.Unreadable.Count));
            Assert.Equal("switched", (await readModels.Models.Rebuild(projection.Name, 0, default))!.Phase);
        }
    }

    [Fact]
    public async Task A_dry_run_says_what_would_happen_and_changes_nothing()
    {
        await using var readModels = await Poisoned();
        var letter = await Letter(readModels, "order_details");

        var refused = await Replay(readModels, letter, isDryRun: true);
        Assert.Equal((ReplayResult.WouldStayParked, 0L), (refused.Outcome, refused.Events));
        await Repair(readModels, letter);
        var promised = await Replay(readModels, letter, isDryRun: true);

        Assert.Equal((ReplayResult.WouldReplay, 2L, 1L, null), (promised.Outcome, promised.Events, promised.Rows, promised.Cause));
        Assert.Equal(3, (await readModels.Models.FindOrder(Tenant, "a", default))!.Version);
        Assert.Equal("parked", (await Letter(readModels, "order_details")).State);
        Assert.Equal(["dry-run", "repair", "dry-run"], (await readModels.Models.DeadLetters.Find(Tenant, letter.Id, default))!.Actions.Select(action => action.Action));
    }

    [Fact]
    public async Task A_replay_takes_the_waiting_events_in_order_and_says_who_and_why()
    {
        await using var readModels = await Poisoned();
        var letter = await Letter(readModels, "order_details");
        var failed = await Replay(readModels, letter);
        Assert.Equal((ReplayResult.StillParked, 2), (failed.Outcome, (await Letter(readModels, "order_details")).Attempts));
        await Repair(readModels, letter);

        Assert.Equal(ReplayResult.Replayed, (await Replay(readModels, letter)).Outcome);
        Assert.Equal(ReplayResult.AlreadyReplayed, (await Replay(readModels, letter)).Outcome);

        var order = (await readModels.Models.FindOrder(Tenant, "a", default))!;
        Assert.Equal((5, "shipped"), (order.Version, order.Status));
        var details = (await readModels.Models.DeadLetters.Find(Tenant, letter.Id, default))!;
        Assert.Equal(("replayed", 0L), (details.Letter.State, details.Letter.Waiting));
        Assert.Equal(("order-confirmed.v99", 1, "anna", "typo"), (details.Repair!.StoredType, details.Repair.Number, details.Repair.Actor, details.Repair.Reason));
        Assert.Equal(["replay by anna: try: still-parked after 0 events", "repair by anna: typo: repair 1, as order-confirmed.v1", "replay by anna: try: replayed, 2 events"],
            details.Actions.Select(action => $"{action.Action} by {action.Actor}: {action.Reason}: {action.Outcome.Split(": ")[0]}"));
    }

    [Fact]
    public async Task The_projector_goes_on_from_what_a_replay_wrote()
    {
        await using var readModels = await Poisoned();
        await readModels.Start();
        await readModels.CatchUp();
        foreach (var consumer in new[] { "order_details", "customer_orders" })
        {
            var letter = await Letter(readModels, consumer);
            if (consumer == "order_details")
                await Repair(readModels, letter);
            Assert.Equal(ReplayResult.Replayed, (await Replay(readModels, letter)).Outcome);
        }
        await Append(readModels.Log, new OrderDelivered(SmallHistory.Start));
        await readModels.CatchUp();

        Assert.Equal("delivered", (await readModels.Models.FindOrder(Tenant, "a", default))!.Status);
        Assert.Equal(6, await readModels.Database.Query<long>("select version from customer_orders where order_id = 'a'"));
        Assert.Equal(3, await readModels.Database.Query<long>("select version from order_search where order_id = 'a'"));
    }

    [Fact]
    public async Task Replays_of_one_letter_that_race_with_each_other_and_the_projector_add_each_event_once()
    {
        await using var readModels = await ReadModelsUnderTest.CreateOnPostgres();
        var history = new SmallHistory(readModels.Log);
        await history.Place("a", SmallHistory.Start);
        var cancelled = new OrderCancelled("no", null, SmallHistory.Start);
        await Append(readModels.Log, cancelled, "order-cancelled.v99");
        await readModels.Start();
        await readModels.CatchUp();
        var letter = await Letter(readModels, "sales");
        var placed = (OrderPlaced)EventCatalog.Decode("order-placed.v1", (await readModels.Log.ReadStream(new StreamName(Tenant, "order", "a"), 2, 1, default))[0].Data.Span);
        await Repair(readModels, letter, new OrderCancelled("no", placed, SmallHistory.Start));

        var placing = Task.Run(async () =>
        {
            for (var i = 0; i < 30; i++)
                await history.Place($"b{i}", SmallHistory.Start);
        });
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Replay(readModels, letter)));
        await placing;
        await readModels.CatchUp();

        Assert.Single(outcomes, outcome => outcome.Outcome == ReplayResult.Replayed);
        Assert.Equal(30, await readModels.Database.Query<long>("select sum(orders)::bigint from sales where sku = ''"));
        Assert.Equal(60, await readModels.Database.Query<long>("select sum(quantity)::bigint from sales where sku = 'tea'"));
    }

    [Fact]
    public async Task A_rebuild_replays_what_it_can_fold_and_leaves_parked_what_it_cannot()
    {
        await using var readModels = await Poisoned();
        await Append(readModels.Log, new OrderDelivered(SmallHistory.Start), "order-delivered.v99", "b");
        await readModels.ProjectAll();
        await Repair(readModels, await Letter(readModels, "order_details"));

        Assert.Equal("switched", (await readModels.Models.Rebuild("order_details", null, default))!.Phase);

        Assert.Equal("shipped", (await readModels.Models.FindOrder(Tenant, "a", default))!.Status);
        var open = (await readModels.Models.DeadLetters.List(Tenant, new("order_details", "open", null, null), null, 50, default)).Items;
        Assert.Equal("order-b", Assert.Single(open).Stream);
    }

    [Fact]
    public async Task A_repair_must_be_an_event_that_fits_and_a_sound_event_is_not_repaired()
    {
        await using var readModels = await Poisoned();
        var letter = await Letter(readModels, "order_details");

        Assert.Equal(RepairStatus.UnknownType, (await Repair(readModels, letter, "order-confirmed.v99", "{}")).Status);
        Assert.Equal(RepairStatus.UnknownType, (await Repair(readModels, letter, "stock-received.v1", """{"quantity":1,"at":"2011-03-04T10:00:00Z"}""")).Status);
        Assert.Equal(RepairStatus.NotDecodable, (await Repair(readModels, letter, "order-confirmed.v1", "{}")).Status);
        Assert.Equal(RepairStatus.DoesNotFit, (await Repair(readModels, letter, "order-delivered.v1", """{"at":"2011-03-04T10:00:00Z"}""")).Status);
        Assert.Equal(RepairStatus.NotFound, (await readModels.Models.DeadLetters.Repair("south", letter.Id, Request("order-confirmed.v1", "{}"), default)).Status);
        await Repair(readModels, letter);
        Assert.Equal(RepairStatus.NotDamaged, (await Repair(readModels, letter, "order-confirmed.v1", """{"at":"2011-03-04T10:00:00Z"}""")).Status);
    }

    [Fact]
    public async Task Filtered_letters_are_replayed_together_and_counted()
    {
        await using var readModels = await Poisoned();
        await Append(readModels.Log, new OrderDelivered(SmallHistory.Start), "order-delivered.v99", "b");
        await readModels.ProjectAll();
        await Repair(readModels, await Letter(readModels, "order_details"));
        var desk = readModels.Models.DeadLetters;

        var dry = await desk.ReplayAll(Tenant, new(null, null, null, null), "anna", "try", true, default);
        var one = await desk.ReplayAll(Tenant, new(null, null, null, "order-a"), "anna", "try", false, default);
        var rest = await desk.ReplayAll(Tenant, new(null, null, null, null), "anna", "try", false, default);

        Assert.Equal((8, 4, 4), (dry.Matched, dry.WouldReplay, dry.WouldStayParked));
        Assert.Equal((4, 4), (one.Matched, one.Replayed));
        Assert.Equal((4, 4, 0), (rest.Matched, rest.StillParked, rest.Replayed));
        Assert.Equal(0, (await desk.ReplayAll("south", new(null, null, null, null), "anna", "try", false, default)).Matched);
    }

    /// <summary>Order a is confirmed by an event of a newer version and shipped after it; order b is sound. All is projected.</summary>
    private static async Task<ReadModelsUnderTest> Poisoned()
    {
        var readModels = await ReadModelsUnderTest.CreateOnPostgres();
        var history = new SmallHistory(readModels.Log);
        await history.Place("a", SmallHistory.Start);
        await Append(readModels.Log, new OrderConfirmed(SmallHistory.Start), "order-confirmed.v99");
        await Append(readModels.Log, new OrderShipped("DHL", "42", [new ItemQuantity("tea", 2)], SmallHistory.Start));
        await history.Place("b", SmallHistory.Start);
        await readModels.ProjectAll();
        return readModels;
    }

    private static async Task Append(IEventStore log, DomainEvent @event, string? type = null, string orderId = "a")
    {
        var stream = new StreamName(Tenant, "order", orderId);
        var written = new NewEvent(
            Guid.NewGuid(), type ?? EventCatalog.KindOf(@event).StoredName, EventCatalog.Encode(@event), Encoding.UTF8.GetBytes("{}"), @event.At);
        await log.Append(new Append(stream, await log.ReadHead(stream, default), [written], null), default);
    }

    private static async Task<DeadLetterView> Letter(ReadModelsUnderTest readModels, string consumer) =>
        (await readModels.Models.DeadLetters.List(Tenant, new(consumer, "open", null, "order-a"), null, 50, default)).Items.Single();

    private static Task<RepairResult> Repair(ReadModelsUnderTest readModels, DeadLetterView letter, DomainEvent? @event = null) => Repair(
        readModels, letter, EventCatalog.KindOf(@event ?? new OrderConfirmed(SmallHistory.Start)).StoredName,
        Encoding.UTF8.GetString(EventCatalog.Encode(@event ?? new OrderConfirmed(SmallHistory.Start))));

    private static Task<RepairResult> Repair(ReadModelsUnderTest readModels, DeadLetterView letter, string type, string data) =>
        readModels.Models.DeadLetters.Repair(Tenant, letter.Id, Request(type, data), default);

    private static RepairRequest Request(string type, string data) => new(type, Encoding.UTF8.GetBytes(data), "anna", "typo", Guid.NewGuid(), [1]);

    private static async Task<ReplayResult> Replay(ReadModelsUnderTest readModels, DeadLetterView letter, bool isDryRun = false) =>
        (await readModels.Models.DeadLetters.Replay(Tenant, letter.Id, "anna", "try", isDryRun, default))!;

    /// <summary>Repairs open letters, all or by chance, and replays them.</summary>
    /// <returns>How many were open.</returns>
    private static async Task<int> RepairSome(ReadModelsUnderTest readModels, DamagedLog damaged, Random? random)
    {
        var open = 0;
        foreach (var tenant in RandomHistory.Tenants)
        {
            var letters = (await readModels.Models.DeadLetters.List(tenant, new(null, "open", null, null), null, 200, default)).Items;
            open += letters.Count;
            foreach (var letter in letters.Where(_ => random is null || random.Next(2) == 0))
            {
                var sound = damaged.Sound[letter.EventId];
                var repaired = await readModels.Models.DeadLetters.Repair(
                    tenant, letter.Id, new RepairRequest(sound.Type, sound.Data, "anna", "typo", Guid.NewGuid(), [1]), default);
                Assert.True(repaired.Status is RepairStatus.Repaired or RepairStatus.NotDamaged, repaired.ToString());
                if (random is null || random.Next(4) > 0)
                    await readModels.Models.DeadLetters.Replay(tenant, letter.Id, "anna", "try", random?.Next(4) == 0, default);
            }
        }
        return open;
    }
}
