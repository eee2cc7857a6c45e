using OrleansOrders.EventStore;
using OrleansOrders.Tests.Support;
using static OrleansOrders.Tests.EventStore.EventStoreContract;

namespace OrleansOrders.Tests.EventStore;

/// <summary>What this process has just committed is read from its memory, and is the same as what stands in the database.</summary>
public sealed class FreshEventsTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private TestDatabase database = null!;
    private PostgresEventStore store = null!;
    private PostgresEventStore other = null!;

    public async Task InitializeAsync()
    {
        database = await TestDatabase.Create(EventStoreSchema.Migrations);
        store = PostgresLog.Open(database.DataSource);
        other = PostgresLog.Open(database.DataSource);
    }

    public async Task DisposeAsync()
    {
        await store.DisposeAsync();
        await other.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task What_was_just_committed_is_the_same_from_memory_as_from_the_database()
    {
        for (var number = 1; number <= 20; number++)
        {
            var late = NewEvent() with { OccurredAt = new DateTimeOffset(1999, 5, 6, 7, 8, 9, TimeSpan.Zero).AddTicks(1234567) };
            await Append(store, NewStream(), [late, .. NewEvents(number % 4)]);
        }
        var end = await store.ReadEnd(None);
        AssertSame(await Stored(0), await store.ReadLog(0, 1000, None));
        AssertSame((await Stored(5))[..10], await store.ReadLog(5, 10, None));
        Assert.Empty(await store.ReadLog(end, 10, None));
        await LoseTheDatabase();
        Assert.Equal(end, (await store.ReadLog(0, 1000, None)).Count);
    }

    [Theory]
    [InlineData(0, "a")]
    [InlineData(100, "ä")]
    [InlineData(1_000, "漢字")]
    [InlineData(20_000, "a")]
    [InlineData(300_000, "é")]
    public async Task Names_and_data_of_all_lengths_are_the_same_from_memory_as_from_the_database(int length, string letters)
    {
        var text = string.Concat(Enumerable.Repeat(letters, length))[..length];
        for (var i = 0; i < 40; i++)
        {
            var name = string.Concat(Enumerable.Repeat(letters, 190))[..(i * 190 / 40)];
            var stream = new StreamName($"tenant{i % 3}{name}", "order", $"{Guid.NewGuid():n}"[..(i % 8)] + name);
            await Append(store, stream, [NewEvent($"\"{text}\"") with { Type = $"a{name}.v1" }, NewEvent($"\"{i}\"")]);
        }
        AssertSame(await Stored(0), await store.ReadLog(0, 1000, None));
        Assert.Equal(80, await store.ReadEnd(None));
    }

    [Fact]
    public async Task What_another_process_wrote_in_between_is_read_from_the_database()
    {
        for (var round = 0; round < 5; round++)
        {
            await Append(store, NewStream(), NewEvents(3));
            await Append(other, NewStream(), NewEvents(2));
        }
        for (var position = 0; position < 25; position++)
            AssertSame(await Stored(position), await ReadToTheEnd(position));
    }

    [Fact]
    public async Task Positions_that_moved_up_behind_a_conflict_of_their_batch_are_the_right_ones()
    {
        var (taken, heads) = (NewStream(), Enumerable.Range(0, 20).Select(_ => NewStream()).ToList());
        await Append(store, taken, NewEvents(1));
        // Everything waits behind a lock, and then goes together.
        await using (var connection = await database.DataSource.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using var command = new Npgsql.NpgsqlCommand("select from log for update", connection, transaction);
            await command.ExecuteNonQueryAsync();
            var first = Append(store, NewStream(), NewEvents(1));
            var rest = heads.Select((stream, number) => store.Append(On(number % 3 == 1 ? taken : stream, StreamHead.None, NewEvents(1 + number % 3)), None)).ToList();
            await transaction.CommitAsync();
            await first;
            Assert.Contains(await Task.WhenAll(rest), result => result is AppendResult.Conflict);
        }
        AssertSame(await Stored(0), await ReadToTheEnd(0));
    }

    [Fact]
    public async Task What_was_committed_without_a_reply_is_not_taken_for_the_newest()
    {
        await using var proxy = new TestDatabaseProxy(database.ConnectionString);
        await using var source = Npgsql.NpgsqlDataSource.Create(proxy.ConnectionString);
        await using var unlucky = PostgresLog.Open(source);
        await Append(unlucky, NewStream(), NewEvents(2));
        proxy.LoseNextReply();
        proxy.BeforeNextConnection = () => Append(other, NewStream(), NewEvents(4));
        await Append(unlucky, NewStream(), NewEvents(3));
        await Append(unlucky, NewStream(), NewEvents(2));
        Assert.Equal(11, await store.ReadEnd(None));
        var read = new List<RecordedEvent>();
        while (await unlucky.ReadLog(read.Count, 4, None) is { Count: > 0 } batch)
            read.AddRange(batch);
        AssertSame(await Stored(0), read);
    }

    [Theory]
    [InlineData(2_000, 64 * 1024 * 1024)]
    [InlineData(1_000_000, 1024 * 1024)]
    public async Task Only_so_much_is_remembered_and_the_rest_is_read_from_the_database(int events, int bytes)
    {
        await using var small = PostgresLog.Open(database.DataSource, new EventStoreOptions { FreshEvents = events, FreshBytes = bytes });
        for (var number = 0; number < 5; number++)
            await Append(small, NewStream(), NewEvents(1000));
        var read = new List<RecordedEvent>();
        while (await small.ReadLog(read.Count, 100_000, None) is { Count: > 0 } batch)
            read.AddRange(batch);
        AssertSame(await Stored(0), read);
        await LoseTheDatabase();
        await Assert.ThrowsAnyAsync<Exception>(() => small.ReadLog(0, 1, None));
        Assert.Equal(5000, (await small.ReadLog(4000, 10_000, None))[^1].Position);
    }

    /// <summary>Refuses every connection from now on.</summary>
    private async Task LoseTheDatabase()
    {
        await using var server = await TestDatabase.Create();
        await server.Execute($"alter database {database.Name} allow_connections false");
        await server.Execute($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{database.Name}'");
    }

    private async Task<List<RecordedEvent>> Stored(long after)
    {
        await using var fresh = PostgresLog.Open(database.DataSource);
        return [.. await fresh.ReadLog(after, int.MaxValue, None)];
    }

    private async Task<List<RecordedEvent>> ReadToTheEnd(long after)
    {
        var read = new List<RecordedEvent>();
        while (await store.ReadLog(after + read.Count, 100_000, None) is { Count: > 0 } batch)
            read.AddRange(batch);
        return read;
    }

    private static async Task Append(PostgresEventStore store, StreamName stream, NewEvent[] events) =>
        Assert.IsType<AppendResult.Appended>(await store.Append(On(stream, StreamHead.None, events), None));

    private static void AssertSame(IReadOnlyList<RecordedEvent> expected, IReadOnlyList<RecordedEvent> actual) =>
        Assert.Equal(expected.Select(Describe), actual.Select(Describe));

    private static string Describe(RecordedEvent recorded) => string.Join(
        ' ', recorded.Position, recorded.Stream, recorded.Version, recorded.EventId, recorded.Type, Convert.ToHexString(recorded.Data.Span),
        Convert.ToHexString(recorded.Metadata.Span), recorded.OccurredAt.UtcTicks, recorded.RecordedAt.UtcTicks, Convert.ToHexString(recorded.Hash.Span));
}
