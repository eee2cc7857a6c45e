using OrleansOrders.EventStore;
using OrleansOrders.Tests.Support;
using static OrleansOrders.Tests.EventStore.EventStoreContract;

namespace OrleansOrders.Tests.EventStore;

/// <summary>A batch is sent, and looked up, while the one before it still holds the log; and others may come in between.</summary>
public sealed class PipelinedAppendTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly PostgresLog log = new();

    public Task InitializeAsync() => log.InitializeAsync();

    public Task DisposeAsync() => log.DisposeAsync();

    [Fact]
    public async Task What_is_worth_a_commit_of_its_own_is_sent_before_the_last_batch_has_its_answer()
    {
        var stopped = await log.StopAppends();
        var first = log.Store.Append(On(NewStream(), StreamHead.None, NewEvent()), None);
        await WaitForWaiting(1);
        var rest = Enumerable.Range(0, 600).Select(_ => log.Store.Append(On(NewStream(), StreamHead.None, NewEvent()), None)).ToList();
        await WaitForWaiting(2);
        await stopped.DisposeAsync();
        var positions = (await Task.WhenAll(rest.Prepend(first))).Select(result => ((AppendResult.Appended)result).Head.Position).ToList();
        Assert.Equal(Enumerable.Range(1, 601).Select(position => (long)position), positions.Order());
        Assert.Equal(601, (await log.Store.ReadLog(0, 1_000, None)).Count);
    }

    [Fact]
    public async Task A_command_that_is_on_its_way_does_not_go_a_second_time_beside_itself()
    {
        var receipt = NewReceipt();
        var stopped = await log.StopAppends();
        var first = log.Store.Append(new Append(NewStream(), StreamHead.None, [NewEvent()], receipt), None);
        await WaitForWaiting(1);
        var again = log.Store.Append(new Append(NewStream(), StreamHead.None, [NewEvent()], receipt), None);
        var rest = Enumerable.Range(0, 600).Select(_ => log.Store.Append(On(NewStream(), StreamHead.None, NewEvent()), None)).ToList();
        await WaitForWaiting(2);
        await stopped.DisposeAsync();
        Assert.IsType<AppendResult.Appended>(await first);
        Assert.IsType<AppendResult.AlreadyReceived>(await again);
        await Task.WhenAll(rest);
        Assert.Equal(601, await log.Store.ReadEnd(None));
    }

    [Fact]
    public async Task What_another_process_wrote_since_a_batch_was_looked_up_counts()
    {
        var (stream, created, receipt) = (NewStream(), NewStream(), NewReceipt());
        var appended = (AppendResult.Appended)await log.Store.Append(On(stream, StreamHead.None, NewEvent()), None);
        var stopped = await log.StopAppends();
        // The log's last writer is the first store, so that it looks before it has the lock; the other comes before it.
        var other = log.OtherStore.Append(new Append(stream, appended.Head, NewEvents(2), receipt), None);
        await WaitForWaiting(1);
        var mine = log.Store.Append(On(stream, appended.Head, NewEvent()), None);
        await WaitForWaiting(2);
        await stopped.DisposeAsync();
        Assert.Equal(3, Assert.IsType<AppendResult.Appended>(await other).Head.Version);
        Assert.Equal(new AppendResult.Conflict(3), await mine);
        Assert.IsType<AppendResult.AlreadyReceived>(await log.Store.Append(new Append(created, StreamHead.None, NewEvents(1), receipt), None));
    }

    [Fact]
    public async Task A_receipt_that_another_process_left_since_a_batch_was_looked_up_counts()
    {
        var receipt = NewReceipt();
        await log.Store.Append(On(NewStream(), StreamHead.None, NewEvent()), None);
        var stopped = await log.StopAppends();
        var other = log.OtherStore.Append(new Append(NewStream(), StreamHead.None, [], receipt), None);
        await WaitForWaiting(1);
        var mine = log.Store.Append(new Append(NewStream(), StreamHead.None, [NewEvent()], receipt), None);
        await WaitForWaiting(2);
        await stopped.DisposeAsync();
        Assert.IsType<AppendResult.Appended>(await other);
        Assert.IsType<AppendResult.AlreadyReceived>(await mine);
        Assert.Equal(1, await log.Store.ReadEnd(None));
    }

    [Fact]
    public async Task A_head_whose_row_somebody_replaced_without_the_lock_is_moved_all_the_same()
    {
        var stream = NewStream();
        var first = (AppendResult.Appended)await log.Store.Append(On(stream, StreamHead.None, NewEvent()), None);
        var stopped = await log.StopAppends();
        var second = log.Store.Append(On(stream, first.Head, NewEvent()), None);
        await WaitForWaiting(1);
        await log.Database.Execute("update streams set archived = true");
        await stopped.DisposeAsync();
        Assert.Equal(2, Assert.IsType<AppendResult.Appended>(await second).Head.Version);
        Assert.Equal(2, (await log.Store.ReadHead(stream, None)).Version);
        Assert.Equal(2, await log.Store.ReadEnd(None));
    }

    [Fact]
    public async Task Who_appends_without_a_name_is_a_writer_of_his_own()
    {
        await log.Store.Append(On(NewStream(), StreamHead.None, NewEvent()), None);
        var turn = await log.Database.Query<long>("select turn from log");
        await log.Database.Execute("""
            select append_batch(
                false, true, '{default}', '{order-unnamed}', '{0}', array['\x'::bytea], '{0}', '{0}', '{1}',
                array[gen_random_uuid()], array['\x01'::bytea], array['order-not-found'], array['Because.'],
                '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')
            """);
        Assert.Equal(turn + 1, await log.Database.Query<long>("select turn from log"));
        Assert.Equal(0, await log.Database.Query<long>(Undigested));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("order-not-found")]
    public async Task The_digest_of_a_receipt_is_the_same_in_the_database(string? refusal)
    {
        var stream = new StreamName("Käufer", "order", "№ 1");
        await log.Store.Append(new Append(stream, StreamHead.None, refusal is null ? [NewEvent()] : [], NewReceipt(refusal)), None);
        Assert.Equal(1, await log.Database.Query<long>("select count(*) from commands"));
        Assert.Equal(0, await log.Database.Query<long>(Undigested));
    }

    [Fact]
    public async Task Receipts_whose_key_begins_with_the_tenant_get_the_new_key_and_stay()
    {
        await log.Store.Append(new Append(NewStream(), StreamHead.None, [], NewReceipt("order-not-found")), None);
        // As the former program left it.
        await log.Database.Execute("""
            alter table commands drop constraint commands_id, add constraint commands_id primary key (tenant, command_id);
            delete from schema_migrations where name = 'tables/commands.sql';
            """);
        Assert.Equal(["event-store/tables/commands.sql"], await Migrator.Apply(log.Database.DataSource, [EventStoreSchema.Migrations]));
        Assert.Equal("(command_id, tenant)", await log.Database.Query<string>(
            "select substring(pg_get_constraintdef(oid) from '\\(.*\\)') from pg_constraint where conname = 'commands_id'"));
        Assert.Equal(1, await log.Database.Query<long>("select count(*) from commands"));
    }

    private const string Undigested = """
        select count(*) from commands where checksum is distinct from
            receipt_digest(tenant, command_id, stream_id, version, fingerprint, refusal_code, refusal_detail)
        """;

    private Task WaitForWaiting(int backends) => Eventually.True(async () => await log.Database.Query<long>("""
        select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query like '%append_batch%'
        """) == backends);
}
