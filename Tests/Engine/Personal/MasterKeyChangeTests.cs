using System.Security.Cryptography;
using Npgsql;
using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.Engine.Personal;
using OrleansOrders.EventStore;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Engine.Personal;

/// <summary>What stands in the table of keys: who was erased, and under which master key the others are wrapped.</summary>
public sealed class MasterKeyChangeTests : IAsyncLifetime
{
    private const string Tenant = "shop";

    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private TestDatabase database = null!;
    private PostgresEventStore store = null!;
    private Aggregates engine = null!;

    private PersonalKeyTable Keys => new(database.DataSource);

    public async Task InitializeAsync()
    {
        database = await TestDatabase.Create(EventStoreSchema.Migrations, EngineSchema.Migrations);
        store = new PostgresEventStore(database.DataSource, new EventStoreOptions(), TimeProvider.System);
        Assert.Null(await PersonalKeyTable.ClaimMaster(database.DataSource, TestKeys.Master.Ids, default));
        engine = new Aggregates(store, new EngineOptions { Personal = new PersonalTexts(Keys, TestKeys.Master, TimeProvider.System) });
        for (var i = 0; i < 5; i++)
            await Put(i, $"Name {i}");
        await engine.Execute("c4", new EraseCustomer(Now), Context("erase"), default);
    }

    public async Task DisposeAsync()
    {
        await engine.DisposeAsync();
        await store.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task Who_was_erased_stays_erased_whoever_asks()
    {
        Assert.Equal([(Tenant, "c4")], await Keys.ListErased(default));
        foreach (var statement in (string[])["update personal_keys set wrapped = '', erased_at = null", "delete from personal_keys"])
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => database.Execute(statement));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        }
    }

    [Fact]
    public async Task Under_a_new_master_key_everything_still_opens_and_the_old_one_wraps_nothing_more()
    {
        var both = new MasterKey(TestKeys.OtherBytes, TestKeys.MasterBytes);
        Assert.Equal(TestKeys.Master.Ids[0], await PersonalKeyTable.ClaimMaster(database.DataSource, TestKeys.Other.Ids, default));
        Assert.Null(await PersonalKeyTable.ClaimMaster(database.DataSource, both.Ids, default));
        await Assert.ThrowsAsync<CryptographicException>(() => MasterKeyChange.Run(database.DataSource, TestKeys.Other, default));
        Assert.Equal((4, 0), await Change(both));
        Assert.Equal((0, 0), await Change(both));

        Assert.Null(await PersonalKeyTable.ClaimMaster(database.DataSource, TestKeys.Other.Ids, default));
        var personal = new PersonalTexts(Keys, TestKeys.Other, TimeProvider.System);
        for (var i = 0; i < 4; i++)
        {
            var state = (await engine.Load<CustomerState>(Tenant, $"c{i}", PointInTime.Latest, default)).State;
            Assert.Equal($"Name {i}", ((CustomerState.Registered)await personal.Open(Tenant, state, default)).Details.Name);
        }
        // A process that was forgotten does not write what nobody could read later.
        await Assert.ThrowsAsync<UnavailableException>(() => Put(7, "Name 7"));
    }

    [Fact]
    public async Task A_customer_who_is_erased_while_keys_are_wrapped_anew_stays_erased()
    {
        var both = new MasterKey(TestKeys.OtherBytes, TestKeys.MasterBytes);
        Assert.Null(await PersonalKeyTable.ClaimMaster(database.DataSource, both.Ids, default));
        var old = await Keys.ListWrappedByOthers(both.Ids[0], 100, default);
        await engine.Execute("c0", new EraseCustomer(Now), Context("erase meanwhile"), default);
        Assert.Equal(3, await Keys.Replace([.. old.Select(key => (key, both.Rewrap(key)))], default));
        Assert.Equal(2, (await Keys.ListErased(default)).Count);
    }

    private async Task<(long Rewrapped, int InUse)> Change(MasterKey master)
    {
        var (rewrapped, inUse) = await MasterKeyChange.Run(database.DataSource, master, default);
        return (rewrapped, inUse.Count);
    }

    private async Task Put(int number, string name) => Assert.IsType<CommandOutcome.Done>(await engine.Execute(
        $"c{number}", new PutCustomer($"c{number}", new CustomerDetails(name, null, null, null, null), Now), Context($"put {number}"), default));

    private static CommandContext Context(string what) => new(Tenant, Ids.Derive("master", what), "test", Ids.Derive("correlation"));
}
