using Npgsql;
using OrleansOrders.EventStore;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.EventStore;

public sealed class PostgresEventStoreTests(PostgresLog log) : EventStoreContract, IClassFixture<PostgresLog>
{
    protected override IEventStore Store => log.Store;

    protected override IEventStore OtherStore => log.OtherStore;

    protected override async Task<AppendResult> AppendDespite(Loss loss, Append append, Func<Task>? meanwhile = null)
    {
        await using var proxy = new TestDatabaseProxy(log.Database.ConnectionString);
        await using var dataSource = NpgsqlDataSource.Create(proxy.ConnectionString);
        await using var store = PostgresLog.Open(dataSource);
        // Connects and prepares, so that the next thing sent is the append itself.
        await store.Append(On(NewStream(), StreamHead.None), None);
        var reconnected = false;
        proxy.BeforeNextConnection = async () =>
        {
            reconnected = true;
            await (meanwhile?.Invoke() ?? Task.CompletedTask);
        };
        if (loss == Loss.Reply)
            proxy.LoseNextReply();
        else
            proxy.LoseNextStatement();
        var result = await store.Append(append, None);
        Assert.True(reconnected);
        return result;
    }
}
