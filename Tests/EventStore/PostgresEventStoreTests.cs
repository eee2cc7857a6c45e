using Npgsql;
using OrleansOrders.EventStore;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.EventStore;

public sealed class PostgresEventStoreTests : EventStoreContract, IAsyncLifetime
{
    private TestDatabase _database = null!;
    private PostgresEventStore _store = null!;
    private PostgresEventStore _otherStore = null!;

    protected override IEventStore Store => _store;

    protected override IEventStore OtherStore => _otherStore;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.Create(EventStoreSchema.Migrations);
        _store = Open(_database.DataSource);
        _otherStore = Open(_database.DataSource);
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        await _otherStore.DisposeAsync();
        await _database.DisposeAsync();
    }

    protected override async Task<AppendResult> AppendDespite(Loss loss, Append append, Func<Task>? meanwhile = null)
    {
        await using var proxy = new TestDatabaseProxy(_database.ConnectionString);
        await using var dataSource = NpgsqlDataSource.Create(proxy.ConnectionString);
        await using var store = Open(dataSource);
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

    private static PostgresEventStore Open(NpgsqlDataSource dataSource) => new(dataSource, new EventStoreOptions(), TimeProvider.System);
}
