using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.Engine.Personal;
using OrleansOrders.EventStore;
using OrleansOrders.ReadModels;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Engine.Personal;

/// <summary>An erasure whose process ends between any two of its steps: whoever comes next ends it, and it ends the same.</summary>
public sealed class InterruptedErasureTests : IAsyncLifetime
{
    private const string Tenant = "shop";
    private const int Steps = 4; // gathered, written, forgotten, handed over for the receipt

    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private TestDatabase database = null!;
    private PostgresEventStore store = null!;
    private PostgresReadModels readModels = null!;
    private int commands;

    public static TheoryData<int, bool> Cuts
    {
        get
        {
            var cuts = new TheoryData<int, bool>();
            for (var done = 0; done <= Steps; done++)
            {
                cuts.Add(done, true);
                if (done >= 2) // what was not written and is not asked for again never was
                    cuts.Add(done, false);
            }
            return cuts;
        }
    }

    public async Task InitializeAsync()
    {
        database = await TestDatabase.Create(EventStoreSchema.Migrations, EngineSchema.Migrations, ReadModelsSchema.Migrations);
        store = new PostgresEventStore(database.DataSource, new EventStoreOptions(), TimeProvider.System);
        readModels = new PostgresReadModels(database.ConnectionString, store, TimeProvider.System);
        Assert.Null(await PersonalKeyTable.ClaimMaster(database.DataSource, TestKeys.Master.Ids, default));
    }

    public async Task DisposeAsync()
    {
        await readModels.DisposeAsync();
        await store.DisposeAsync();
        await database.DisposeAsync();
    }

    [Theory, MemberData(nameof(Cuts))]
    public async Task Whoever_comes_next_ends_it_and_it_ends_the_same(int done, bool isAskedAgain)
    {
        await using (var first = new Process(this))
        {
            await first.Execute(new PutCustomer("ada", new CustomerDetails("Ada Quillfeather", "ada@example.org", null, null, null), Now));
            await first.Erase(done);
        }
        var erasedAt = done < 2 ? null : await ErasedAt();
        await using var next = new Process(this);
        if (isAskedAgain)
            await next.Erase(Steps);

        ErasureReceipt? receipt = null;
        var sought = done < 2 ? 2 : 0; // a process that starts in between looks without texts at first, the asked one after it
        await Eventually.True(async () =>
            (receipt = await next.Erasures.Find(Tenant, "ada", default)) is { Status: "checked" } && receipt.TextsSought >= sought);
        Assert.All(receipt!.Places, place => Assert.Equal(0, place.Readable));
        Assert.Equal(1, receipt.Places.Single(place => place.Place == "public.events").Sealed);
        Assert.Equal(erasedAt ?? await ErasedAt(), await ErasedAt());
        Assert.Equal(1, await database.Query<long>("select count(*) from events where type = 'customer-erased.v1'"));
        Assert.Equal(1, await database.Query<long>("select count(*) from personal_keys where wrapped is null"));
        Assert.Empty(await StoredRows.With(database, "Quillfeather"));
        Assert.Empty(next.Failures);
    }

    private Task<DateTime?> ErasedAt() => database.Query<DateTime?>("select erased_at from personal_keys where customer_id = 'ada'");

    private sealed class Process : IAsyncDisposable
    {
        private readonly InterruptedErasureTests tests;
        private readonly PersonalTexts personal;
        private readonly Aggregates engine;

        public Process(InterruptedErasureTests tests)
        {
            this.tests = tests;
            personal = new PersonalTexts(new PersonalKeyTable(tests.database.DataSource), TestKeys.Master, TimeProvider.System);
            engine = new Aggregates(tests.store, new EngineOptions { Personal = personal });
            Erasures = new Erasures(
                tests.database.DataSource, tests.database.ConnectionString, tests.store, tests.readModels, personal, TimeProvider.System,
                (what, failure) => Failures.Add($"{what}: {failure.Message}"));
        }

        public Erasures Erasures { get; }

        public List<string> Failures { get; } = [];

        public Task<CommandOutcome> Execute(CustomerCommand command) => engine.Execute(
            "ada", command, new CommandContext(Tenant, Ids.Derive("interrupted", $"{++tests.commands}"), "test", Ids.Derive("correlation")), default);

        /// <summary>The steps of the request, up to one.</summary>
        public async Task Erase(int steps)
        {
            var known = steps >= 1 ? await Erasures.Gather(Tenant, "ada", default) : null;
            if (steps >= 2)
                Assert.IsType<CommandOutcome.Done>(await Execute(new EraseCustomer(Now, "ada")));
            if (steps >= 3)
                personal.Forget(Tenant, "ada");
            if (steps >= 4)
                Erasures.Check(known!);
        }

        public async ValueTask DisposeAsync()
        {
            await Erasures.DisposeAsync();
            await engine.DisposeAsync();
        }
    }
}
