using System.Globalization;
using Npgsql;
using OrleansOrders.EventStore;
using OrleansOrders.Tests.Support;
using static OrleansOrders.Tests.EventStore.EventStoreContract;

namespace OrleansOrders.Tests.EventStore;

/// <summary>What only the log on PostgreSQL does: batches, a bounded queue, limits of time, late messages.</summary>
public sealed class GroupCommitTests(PostgresLog log) : IClassFixture<PostgresLog>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task What_waits_together_is_committed_together()
    {
        await using var store = PostgresLog.Open(log.Database.DataSource);
        var (first, together) = await AppendWhileStopped(store, 50);
        Assert.All(together, result => Assert.IsType<AppendResult.Appended>(result));
        var positions = together.Prepend(first).Select(result => ((AppendResult.Appended)result).Head.Position).ToList();
        Assert.Equal(1, await CountTransactions(positions[1..]));
        Assert.Equal(2, await CountTransactions(positions));
    }

    [Fact]
    public async Task A_batch_keeps_to_its_limits()
    {
        await using var store = PostgresLog.Open(log.Database.DataSource, new EventStoreOptions { BatchEvents = 20 });
        var (_, together) = await AppendWhileStopped(store, 50);
        Assert.Equal(3, await CountTransactions([.. together.Select(result => ((AppendResult.Appended)result).Head.Position)]));
    }

    [Fact]
    public async Task Appends_to_one_stream_that_wait_together_go_one_after_another()
    {
        await using var store = PostgresLog.Open(log.Database.DataSource);
        var stream = NewStream();
        var (_, together) = await AppendWhileStopped(store, 10, _ => On(stream, StreamHead.None, NewEvent()));
        Assert.IsType<AppendResult.Appended>(together[0]);
        Assert.All(together[1..], result => Assert.Equal(new AppendResult.Conflict(1), result));
    }

    [Fact]
    public async Task In_one_batch_every_append_has_its_own_outcome()
    {
        await using var store = PostgresLog.Open(log.Database.DataSource);
        var (taken, received, refused) = (NewStream(), NewStream(), NewStream());
        var receipt = NewReceipt();
        var head = Head(await store.Append(On(taken, StreamHead.None, NewEvents(2)), None));
        await store.Append(new Append(received, StreamHead.None, NewEvents(2), receipt), None);
        var fresh = Enumerable.Range(0, 3).Select(_ => NewStream()).ToList();
        Append[] batch =
        [
            On(fresh[0], StreamHead.None, NewEvents(3)),
            On(taken, StreamHead.None, NewEvents(5)),
            new(received, StreamHead.None, NewEvents(7), receipt),
            On(fresh[1], StreamHead.None, NewEvents(2)),
            new(refused, StreamHead.None, [], NewReceipt("order-not-found")),
            On(fresh[2], head, NewEvents(4)),
            On(fresh[2] with { Tenant = "other" }, StreamHead.None, NewEvents(1)),
        ];
        var (before, results) = await AppendWhileStopped(store, batch.Length, i => batch[i]);
        var end = Head(before).Position;
        Assert.Equal((3, end + 3), At(results[0]));
        Assert.Equal(new AppendResult.Conflict(2), results[1]);
        Assert.Equal(2, Assert.IsType<AppendResult.AlreadyReceived>(results[2]).Receipt.Version);
        Assert.Equal((2, end + 5), At(results[3]));
        Assert.Equal((0, 0), At(results[4]));
        Assert.Equal(new AppendResult.Conflict(0), results[5]);
        Assert.Equal((1, end + 6), At(results[6]));
        Assert.Equal([end + 4, end + 5], (await store.ReadStream(fresh[1], 0, 10, None)).Select(read => read.Position));
        Assert.Equal(end + 6, await store.ReadEnd(None));
        Assert.Equal(
            [1L, 2L, 3L, 4L, 5L, 6L], (await store.ReadLog(end, 100, None)).Select(read => read.Position - end));
    }

    [Fact]
    public async Task One_bad_append_of_a_batch_fails_alone()
    {
        await using var store = PostgresLog.Open(log.Database.DataSource);
        var bad = NewStream();
        await using var stopped = await log.StopAppends();
        var first = store.Append(On(NewStream(), StreamHead.None, NewEvent()), None);
        var good = Enumerable.Range(0, 9).Select(_ => store.Append(On(NewStream(), StreamHead.None, NewEvents(2)), None)).ToList();
        var failing = store.Append(On(bad, StreamHead.None, NewEvent(), NewEvent("{broken")), None);
        await stopped.DisposeAsync();
        Assert.All(await Task.WhenAll(good), result => Assert.Equal(2, Head(result).Version));
        await Assert.ThrowsAsync<InvalidAppendException>(() => failing);
        Assert.IsType<AppendResult.Appended>(await first);
        Assert.Equal(StreamHead.None, await store.ReadHead(bad, None));
    }

    [Fact]
    public async Task A_full_queue_refuses_at_once_and_what_was_accepted_is_written()
    {
        var options = new EventStoreOptions { QueueCapacity = 3, BatchAppends = 1, QueueWait = TimeSpan.Zero };
        await using var store = PostgresLog.Open(log.Database.DataSource, options);
        await using var stopped = await log.StopAppends();
        var appends = new List<Task<AppendResult>>();
        while (appends.TrueForAll(append => !append.IsFaulted))
        {
            Assert.True(appends.Count < 20);
            appends.Add(store.Append(On(NewStream(), StreamHead.None, NewEvent()), None));
        }
        await stopped.DisposeAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => appends[^1]);
        Assert.All(await Task.WhenAll(appends[..^1]), result => Assert.IsType<AppendResult.Appended>(result));
    }

    [Fact]
    public async Task An_append_that_waits_can_be_cancelled_and_is_not_written()
    {
        await using var store = PostgresLog.Open(log.Database.DataSource, new EventStoreOptions { BatchAppends = 1 });
        var (sent, waiting) = (NewStream(), NewStream());
        using var cancellation = new CancellationTokenSource();
        await using var stopped = await log.StopAppends();
        var first = store.Append(On(sent, StreamHead.None, NewEvent()), None);
        await WaitForBlockedAppend();
        var second = store.Append(On(waiting, StreamHead.None, NewEvent()), cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await stopped.DisposeAsync();
        Assert.IsType<AppendResult.Appended>(await first);
        Assert.IsType<AppendResult.Appended>(await store.Append(On(NewStream(), StreamHead.None, NewEvent()), None));
        Assert.Empty(await store.ReadStream(waiting, 0, 10, None));
    }

    [Fact]
    public async Task Disposing_writes_what_waits_and_takes_nothing_more()
    {
        var store = PostgresLog.Open(log.Database.DataSource);
        var appends = Enumerable.Range(0, 20).Select(_ => store.Append(On(NewStream(), StreamHead.None, NewEvent()), None)).ToList();
        await store.DisposeAsync();
        Assert.All(await Task.WhenAll(appends), result => Assert.IsType<AppendResult.Appended>(result));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Append(On(NewStream(), StreamHead.None, NewEvent()), None));
    }

    [Theory]
    [InlineData("QueueCapacity must be from 1 to 1000000, not 0.")]
    public void Options_outside_their_range_are_refused(string message)
    {
        var refused = Assert.Throws<ArgumentOutOfRangeException>(
            () => PostgresLog.Open(log.Database.DataSource, new EventStoreOptions { QueueCapacity = 0 }));
        Assert.StartsWith(message, refused.Message, StringComparison.Ordinal);
    }

    private static StreamHead Head(AppendResult result) => Assert.IsType<AppendResult.Appended>(result).Head;

    private static (long Version, long Position) At(AppendResult result) => (Head(result).Version, Head(result).Position);

    /// <summary>One append occupies the writer while the database stands still; the others wait, and become the next batch.</summary>
    private async Task<(AppendResult First, AppendResult[] Together)> AppendWhileStopped(
        PostgresEventStore store, int count, Func<int, Append>? append = null)
    {
        append ??= _ => On(NewStream(), StreamHead.None, NewEvent());
        await using var stopped = await log.StopAppends();
        var first = store.Append(On(NewStream(), StreamHead.None, NewEvent()), None);
        await WaitForBlockedAppend();
        var together = Enumerable.Range(0, count).Select(i => store.Append(append(i), None)).ToList();
        await stopped.DisposeAsync();
        return (await first, await Task.WhenAll(together));
    }

    private Task WaitForBlockedAppend() => Eventually.True(async () => await log.Database.Query<long>("""
        select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query like '%append_batch%'
        """) > 0);

    private Task<long> CountTransactions(IEnumerable<long> positions) => log.Database.Query<long>(
        $"select count(distinct transaction_id) from events where position in ({string.Join(',', positions.Select(p => p.ToString(CultureInfo.InvariantCulture)))})");
}
