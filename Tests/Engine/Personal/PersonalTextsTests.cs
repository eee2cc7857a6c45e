using System.Text;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.Engine.Personal;
using OrleansOrders.EventStore;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Engine.Personal;

/// <summary>Processes side by side on one database, each with a ring of keys of its own.</summary>
public sealed class PersonalTextsTests : IAsyncLifetime
{
    private const string Tenant = "shop";
    private const string Mark = "Xanthippe Quill";

    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly Parts parts = new();
    private readonly SettableClock clock = new();
    private TestDatabase database = null!;
    private PostgresEventStore store = null!;
    private int commands;

    public async Task InitializeAsync()
    {
        database = parts.Keep(await TestDatabase.Create(EventStoreSchema.Migrations, EngineSchema.Migrations));
        store = parts.Keep(new PostgresEventStore(database.DataSource, new EventStoreOptions(), TimeProvider.System));
        Assert.Null(await PersonalKeyTable.ClaimMaster(database.DataSource, TestKeys.Master.Ids, default));
    }

    public Task DisposeAsync() => parts.DisposeAsync().AsTask();

    [Fact]
    public async Task Nothing_readable_is_stored_not_even_in_snapshots_and_a_new_process_reads_it_all()
    {
        var (engine, _) = NewProcess(snapshotEvery: 2);
        for (var i = 0; i < 5; i++)
            Assert.IsType<CommandOutcome.Done>(await Put(engine, "ada", $"{Mark} {i}"));
        await Eventually.True(async () => await database.Query<long>("select count(*) from snapshots") > 0);
        Assert.Empty(await StoredRows.With(database, Mark));

        var (_, personal) = NewProcess(snapshotEvery: 2);
        var stored = Assert.IsType<CustomerState.Registered>((await engine.Load<CustomerState>(Tenant, "ada", PointInTime.Latest, default)).State);
        Assert.DoesNotContain(Mark, stored.Details.Name, StringComparison.Ordinal);
        Assert.Equal($"{Mark} 4", (await personal.Open(Tenant, stored, default)).Details.Name);
        Assert.Equal(EventTexts.Erased, (await personal.Open("other", stored, default)).Details.Name);
    }

    [Fact]
    public async Task The_same_details_again_are_no_change()
    {
        var (engine, _) = NewProcess();
        await Put(engine, "ada", Mark);
        Assert.Equal(1, Assert.IsType<CommandOutcome.Done>(await Put(engine, "ada", Mark)).Version);
        var (other, _) = NewProcess();
        Assert.Equal(1, Assert.IsType<CommandOutcome.Done>(await Put(other, "ada", Mark)).Version);
    }

    [Fact]
    public async Task Processes_that_need_a_customers_first_key_at_once_agree_on_one()
    {
        var processes = Enumerable.Range(0, 6).Select(_ => NewProcess()).ToList();
        await Task.WhenAll(processes.Select((process, number) => Create(process.Engine, $"order{number}", "ada", $"{Mark} {number}")));
        Assert.Equal(1, await database.Query<long>("select count(*) from personal_keys"));
        foreach (var (engine, personal) in processes)
        {
            for (var number = 0; number < processes.Count; number++)
                Assert.Equal($"{Mark} {number}", await Address(engine, personal, $"order{number}"));
        }
    }

    [Fact]
    public async Task Erasure_takes_the_key_with_its_event_and_other_processes_forget_it_in_time()
    {
        var (here, mine) = NewProcess();
        var (elsewhere, theirs) = NewProcess();
        await Put(here, "ada", Mark);
        await Create(here, "order", "ada", Mark);
        Assert.Equal(Mark, await Address(elsewhere, theirs, "order"));

        Assert.IsType<CommandOutcome.Done>(await Erase(here, "ada"));
        Assert.True(await database.Query<bool>("select wrapped is null and erased_at is not null from personal_keys"));
        Assert.Equal(EventTexts.Erased, await Address(here, mine, "order"));

        // What a process does with the key that it still remembers can be read by nobody later.
        await Create(elsewhere, "late", "ada", $"{Mark} late");
        clock.Now += PersonalTexts.Memory;
        Assert.Equal(EventTexts.Erased, await Address(elsewhere, theirs, "order"));
        Assert.Equal(EventTexts.Erased, await Address(elsewhere, theirs, "late"));
        Assert.Empty(await StoredRows.With(database, Mark));
    }

    [Fact]
    public async Task After_erasure_no_key_is_made_again_and_nothing_personal_is_kept()
    {
        var (engine, personal) = NewProcess();
        await Put(engine, "ada", Mark);
        await Erase(engine, "ada");
        await Create(engine, "order", "ada", Mark);
        Assert.Equal(EventTexts.Erased, await Address(engine, personal, "order"));
        Assert.Equal(0, await database.Query<long>("select count(*) from personal_keys where wrapped is not null"));
        Assert.Empty(await StoredRows.With(database, Mark));
    }

    [Fact]
    public async Task An_erasure_that_is_not_written_leaves_the_key()
    {
        var (engine, personal) = NewProcess();
        await Put(engine, "ada", Mark);
        await Create(engine, "order", "ada", Mark);
        Assert.IsType<CommandOutcome.VersionMismatch>(await engine.Execute("ada", new EraseCustomer(Now), Context() with { IfVersion = 7 }, default));
        Assert.IsType<CommandOutcome.Refused>(await engine.Execute("bob", new EraseCustomer(Now), Context(), default));
        var stream = new StreamName(Tenant, Customer.StreamType, "ada");
        var stale = new Append(stream, StreamHead.None, EventCodec.Encode([new CustomerErased(Now)], Context()), null);
        Assert.IsType<AppendResult.Conflict>(await store.Append(stale, default));
        Assert.Equal(Mark, await Address(engine, personal, "order"));
    }

    [Fact]
    public async Task A_guest_is_erased_although_nobody_ever_registered()
    {
        var (engine, personal) = NewProcess();
        await Create(engine, "order", "guest", Mark);
        Assert.True(await personal.Knows(Tenant, "guest", default));
        Assert.IsType<CommandOutcome.Done>(await engine.Execute("guest", new EraseCustomer(Now, "guest"), Context(), default));
        Assert.Equal(EventTexts.Erased, await Address(engine, personal, "order"));
        Assert.IsType<CommandOutcome.Refused>(await Put(engine, "guest", Mark));
    }

    [Fact]
    public async Task A_sealed_text_in_another_event_makes_that_event_unreadable()
    {
        var (engine, _) = NewProcess();
        await Create(engine, "order", "ada", Mark);
        var stolen = (await store.ReadStream(new StreamName(Tenant, Order.StreamType, "order"), 0, 1, default))[0];
        await ForeignEvents.Append(store, Tenant, Order.StreamType, "copy", stolen.Type, Encoding.UTF8.GetString(stolen.Data.Span));
        await Assert.ThrowsAsync<UnreadableEventException>(() => engine.Load<OrderState>(Tenant, "copy", PointInTime.Latest, default));
    }

    [Fact]
    public async Task A_text_of_a_payment_is_sealed_for_the_customer_of_its_order()
    {
        var (engine, personal) = NewProcess();
        await CreatePaid(engine, "order", "ada");
        await engine.Execute("order", new RequestRefund("r", 50, Mark, Now), Context(), default);
        Assert.Empty(await StoredRows.With(database, Mark));
        var payment = (await engine.Load<PaymentState>(Tenant, "order", PointInTime.Latest, default)).State;
        Assert.Equal(Mark, Assert.Single(((PaymentState.Captured)await personal.Open(Tenant, payment, default)).Facts.Refunds).Reason);
        await engine.Execute("ada", new EraseCustomer(Now, "ada"), Context(), default);
        Assert.Equal(EventTexts.Erased, Assert.Single(((PaymentState.Captured)await personal.Open(Tenant, payment, default)).Facts.Refunds).Reason);
    }

    [Fact]
    public async Task A_refund_that_another_person_approves_takes_the_reason_of_its_proposal_along()
    {
        var (engine, personal) = NewProcess();
        var (elsewhere, _) = NewProcess();
        await CreatePaid(engine, "order", "ada");
        await Done(engine, "ada", new RequestRefund("r", 50, Mark, Now));
        await Done(engine, "ada", new RequestRefund("s", 40, Mark, Now));
        // By a process that has only read of it.
        await Done(elsewhere, "grace", new ApproveRefund("r", Now));
        await Done(elsewhere, "grace", new RejectRefund("s", $"not to {Mark}", Now));
        Assert.Empty(await StoredRows.With(database, Mark));

        var story = await engine.ReadStory(Tenant, "order", 0, default);
        var reasons = new List<string>();
        foreach (var entry in story.Where(entry => entry.Event is RefundProposed or RefundRequested or RefundRejected))
        {
            EventTexts.Change((await personal.Open(entry, default)).Event, text =>
            {
                reasons.Add(text);
                return text;
            });
        }
        Assert.Equal([Mark, Mark, Mark, $"not to {Mark}"], reasons);

        await Done(engine, "ada", new RequestRefund("t", 30, Mark, Now));
        await engine.Execute("ada", new EraseCustomer(Now, "ada"), Context(), default);
        await Done(engine, "grace", new ApproveRefund("t", Now));
        var last = (RefundRequested)(await engine.ReadStory(Tenant, "order", 0, default)).Last(entry => entry.Event is RefundRequested).Event;
        Assert.Equal(EventTexts.Erased, last.Reason);

        async Task Done(Aggregates by, string actor, PaymentCommand command) =>
            Assert.IsType<CommandOutcome.Done>(await by.Execute("order", command, Context() with { Actor = actor }, default));
    }

    [Fact]
    public async Task What_was_stored_before_anything_was_sealed_is_still_read()
    {
        await using (var before = new Aggregates(store, new EngineOptions()))
            await Put(before, "ada", Mark);
        Assert.NotEmpty(await StoredRows.With(database, Mark)); // so that finding nothing elsewhere says something
        var (engine, personal) = NewProcess();
        Assert.Equal(1, Assert.IsType<CommandOutcome.Done>(await Put(engine, "ada", Mark)).Version);
        Assert.Equal(2, Assert.IsType<CommandOutcome.Done>(await Put(engine, "ada", "Other Name")).Version);
        var state = (await engine.Load<CustomerState>(Tenant, "ada", new PointInTime(1, null), default)).State;
        Assert.Equal(Mark, ((CustomerState.Registered)await personal.Open(Tenant, state, default)).Details.Name);
    }

    [Fact]
    public async Task A_restored_database_is_erased_again_by_its_list()
    {
        var (engine, personal) = NewProcess();
        await Create(engine, "order", "ada", Mark);
        Assert.Equal(2, await database.Query<int>("select erase_personal_keys('{shop,shop}', '{ada,bob}', '{2026-01-02T00:00:00Z,2026-01-02T00:00:00Z}')"));
        Assert.Equal(0, await database.Query<int>("select erase_personal_keys('{shop,shop}', '{ada,bob}', '{2026-01-03T00:00:00Z,2026-01-03T00:00:00Z}')"));
        clock.Now += PersonalTexts.Memory;
        Assert.Equal(EventTexts.Erased, await Address(engine, personal, "order"));
        Assert.Equal(2, await database.Query<long>("select count(*) from personal_keys where erased_at = '2026-01-02T00:00:00Z'"));
    }

    [Fact]
    public void The_database_destroys_the_key_with_the_event_that_the_catalog_calls_so() =>
        Assert.Equal("customer-erased.v1", EventCatalog.KindOf(new CustomerErased(Now)).StoredName);

    private (Aggregates Engine, PersonalTexts Personal) NewProcess(int snapshotEvery = 100)
    {
        var personal = new PersonalTexts(new PersonalKeyTable(database.DataSource), TestKeys.Master, clock);
        var engine = parts.Keep(new Aggregates(store, new EngineOptions
        {
            Personal = personal, SnapshotEvery = snapshotEvery, RefundLimits = RefundLimits.Parse("EUR=10"),
        }));
        return (engine, personal);
    }

    private static async Task<string?> Address(Aggregates engine, PersonalTexts personal, string orderId)
    {
        var state = (await engine.Load<OrderState>(Tenant, orderId, PointInTime.Latest, default)).State;
        return ((OrderState.Existing)await personal.Open(Tenant, state, default)).Facts.ShippingAddress;
    }

    private async Task CreatePaid(Aggregates engine, string orderId, string customerId)
    {
        await Create(engine, orderId, customerId, null);
        await engine.Execute(orderId, new RequestPayment(orderId, 100, "EUR", "pm_ok", Now), Context(), default);
        await engine.Execute(orderId, new RecordAuthorized("auth", Now), Context(), default);
        await engine.Execute(orderId, new RecordCaptured("captured", Now), Context(), default);
    }

    private async Task Create(Aggregates engine, string orderId, string customerId, string? address) =>
        Assert.IsType<CommandOutcome.Done>(await engine.Execute(
            orderId, new CreateOrder(orderId, customerId, "EUR", "pm_ok", address, "DE", [new LineItem("tea", 1, 100, null)], false, Now),
            Context(), default));

    private Task<CommandOutcome> Put(Aggregates engine, string id, string name) =>
        engine.Execute(id, new PutCustomer(id, new CustomerDetails(name, "x@example.org", null, null, null), Now), Context(), default);

    private Task<CommandOutcome> Erase(Aggregates engine, string id) => engine.Execute(id, new EraseCustomer(Now), Context(), default);

    private CommandContext Context() =>
        new(Tenant, Ids.Derive("personal", $"{Interlocked.Increment(ref commands)}"), "test", Ids.Derive("correlation"));

    private sealed class SettableClock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
