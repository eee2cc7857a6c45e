using Npgsql;
using OrleansOrders.EventStore;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Faults;

/// <summary>The proxy cuts where it says.</summary>
public sealed class CommitProxyTests
{
    [Theory]
    [InlineData(CommitProxy.Cut.BeforeCommit, 0L)]
    [InlineData(CommitProxy.Cut.AfterCommit, 1L)]
    internal async Task A_transaction_whose_connection_is_cut_is_there_exactly_when_it_was_cut_after_its_commit(CommitProxy.Cut when, long rows)
    {
        await using var database = await TestDatabase.Create();
        await database.Execute("create table kept (id int)");
        await using var proxy = new CommitProxy(database.ConnectionString);
        await using var connection = new NpgsqlConnection($"{proxy.ConnectionString};Pooling=false");
        await connection.OpenAsync();
        proxy.CutEvery(ofCommits: 1, when);
        var failed = await Record.ExceptionAsync(async () =>
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await using (var command = new NpgsqlCommand("insert into kept values (1)", connection, transaction))
                await command.ExecuteNonQueryAsync();
            await transaction.CommitAsync();
        });
        Assert.IsAssignableFrom<NpgsqlException>(failed);
        Assert.Equal(1, proxy.Cuts);
        Assert.Equal(rows, await database.Query<long>("select count(*) from kept"));
    }

    [Theory]
    [InlineData(CommitProxy.Cut.BeforeCommit)]
    [InlineData(CommitProxy.Cut.AfterCommit)]
    internal async Task An_append_is_seen_as_the_transaction_that_it_is_and_is_in_the_log_once(CommitProxy.Cut when)
    {
        await using var database = await TestDatabase.Create(EventStoreSchema.Migrations);
        await using var proxy = new CommitProxy(database.ConnectionString);
        await using var source = NpgsqlDataSource.Create(proxy.ConnectionString);
        await using var store = new PostgresEventStore(source, new EventStoreOptions(), TimeProvider.System);
        var stream = new StreamName("default", "order", "1");
        NewEvent[] added = [new(Guid.NewGuid(), "order-placed.v1", "{}"u8.ToArray(), "{}"u8.ToArray(), DateTimeOffset.UnixEpoch)];
        proxy.CutEvery(ofCommits: 2, when);
        var first = Assert.IsType<AppendResult.Appended>(await store.Append(new Append(stream, StreamHead.None, added, null), default));
        added = [added[0] with { EventId = Guid.NewGuid() }];
        Assert.IsType<AppendResult.Appended>(await store.Append(new Append(stream, first.Head, added, null), default));
        Assert.Equal(1, proxy.Cuts);
        Assert.Equal(2, await database.Query<long>("select count(*) from events"));
    }
}
