using Npgsql;
using OrleansOrders.EventStore;
using OrleansOrders.Tests.Support;
using static OrleansOrders.Tests.EventStore.EventStoreContract;

namespace OrleansOrders.Tests.EventStore;

/// <summary>Connections that break, stay broken, or deliver late.</summary>
public sealed class OutageTests(PostgresLog log) : IClassFixture<PostgresLog>, IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private TestDatabaseProxy _proxy = null!;
    private NpgsqlDataSource _dataSource = null!;

    public Task InitializeAsync()
    {
        _proxy = new TestDatabaseProxy(log.Database.ConnectionString);
        _dataSource = NpgsqlDataSource.Create(_proxy.ConnectionString);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _dataSource.DisposeAsync();
        await _proxy.DisposeAsync();
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public async Task When_the_database_stays_away_after_the_statement_was_sent_the_outcome_is_unknown(bool arrives, int written)
    {
        await using var store = await OpenConnected(TimeSpan.FromMilliseconds(400));
        var stream = NewStream();
        _proxy.RefuseConnections();
        if (arrives)
            _proxy.LoseNextReply();
        else
            _proxy.LoseNextStatement();
        await Assert.ThrowsAsync<AppendOutcomeUnknownException>(() => store.Append(On(stream, StreamHead.None, NewEvent()), None));
        Assert.Equal(written, (await log.Store.ReadStream(stream, 0, 10, None)).Count);
    }

    [Fact]
    public async Task When_the_database_cannot_be_reached_nothing_was_written()
    {
        _proxy.RefuseConnections();
        await using var store = PostgresLog.Open(_dataSource, Options(TimeSpan.FromMilliseconds(400)));
        await Assert.ThrowsAsync<StoreUnavailableException>(
            () => store.Append(On(NewStream(), StreamHead.None, NewEvent()), None));
    }

    [Fact]
    public async Task A_whole_batch_whose_reply_is_lost_is_there_once()
    {
        await using var store = await OpenConnected();
        var streams = Enumerable.Range(0, 30).Select(_ => NewStream()).ToList();
        List<Task<AppendResult>> appends;
        await using (await log.StopAppends())
        {
            _proxy.LoseNextReply();
            appends = [.. streams.Select(stream => store.Append(On(stream, StreamHead.None, NewEvents(3)), None))];
        }
        Assert.All(await Task.WhenAll(appends), result => Assert.Equal(3, Assert.IsType<AppendResult.Appended>(result).Head.Version));
        foreach (var stream in streams)
            Assert.Equal([1L, 2L, 3L], (await log.Store.ReadStream(stream, 0, 10, None)).Select(read => read.Version));
    }

    [Fact]
    public async Task A_statement_that_arrives_after_its_repetition_writes_nothing()
    {
        await using var store = await OpenConnected();
        var stream = NewStream();
        var receipt = NewReceipt();
        _proxy.DelayNextStatement();
        var result = await store.Append(new Append(stream, StreamHead.None, NewEvents(2), receipt), None);
        Assert.Equal(2, Assert.IsType<AppendResult.Appended>(result).Head.Version);
        var end = await log.Store.ReadEnd(None);
        await _proxy.DeliverDelayed();
        Assert.Equal(end, await log.Store.ReadEnd(None));
        Assert.Equal(2, (await log.Store.ReadStream(stream, 0, 10, None)).Count);
    }

    [Fact]
    public async Task A_statement_that_hangs_is_given_up_and_repeated()
    {
        await using var store = await OpenConnected(attempt: TimeSpan.FromMilliseconds(300));
        var stream = NewStream();
        Task<AppendResult> append;
        await using (await log.StopAppends())
        {
            append = store.Append(On(stream, StreamHead.None, NewEvents(2)), None);
            await Eventually.True(async () => await log.Database.Query<long>(
                "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") > 0);
            await Eventually.True(async () => await log.Database.Query<long>(
                "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") == 0);
        }
        Assert.Equal(2, Assert.IsType<AppendResult.Appended>(await append).Head.Version);
        Assert.Equal(2, (await log.Store.ReadStream(stream, 0, 10, None)).Count);
    }

    [Fact]
    public async Task Readers_and_writers_come_back_after_all_connections_were_ended_by_the_server()
    {
        await using var store = await OpenConnected();
        var waiting = store.WaitBeyond(await store.ReadEnd(None), TimeSpan.FromSeconds(30), None);
        await log.Database.Query<long>("""
            select count(pg_terminate_backend(pid)) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()
            """);
        var stream = NewStream();
        Assert.IsType<AppendResult.Appended>(await log.OtherStore.Append(On(stream, StreamHead.None, NewEvent()), None));
        Assert.True(await waiting);
        var head = await log.OtherStore.ReadHead(stream, None);
        Assert.IsType<AppendResult.Appended>(await store.Append(On(stream, head, NewEvent()), None));
    }

    private static EventStoreOptions Options(TimeSpan limit, TimeSpan? attempt = null) =>
        new() { AppendLimit = limit, AttemptLimit = attempt ?? TimeSpan.FromSeconds(5) };

    /// <summary>Connected and prepared, so that the next thing sent is an append.</summary>
    private async Task<PostgresEventStore> OpenConnected(TimeSpan? limit = null, TimeSpan? attempt = null)
    {
        var store = PostgresLog.Open(_dataSource, Options(limit ?? TimeSpan.FromSeconds(15), attempt));
        await store.Append(On(NewStream(), StreamHead.None), None);
        return store;
    }
}
