using OrleansOrders.EventStore;

namespace OrleansOrders.Tests.EventStore;

public abstract partial class EventStoreContract
{
    [Fact]
    public async Task Of_writers_that_race_for_a_version_exactly_one_wins()
    {
        const int versions = 25;
        var stream = NewStream();
        var winners = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(() => Race(stream, versions, StoreOf(writer)))));
        var stored = await ReadAll(stream);
        Assert.Equal(Enumerable.Range(1, versions).Select(version => (long)version), stored.Select(read => read.Version));
        var acknowledged = winners.SelectMany(won => won).OrderBy(won => won.Version).ToList();
        Assert.Equal(acknowledged.Select(won => won.EventId), IdsOf(stored));
        AssertChainHolds(stored);
    }

    [Fact]
    public async Task Of_writers_that_race_to_create_a_stream_exactly_one_wins()
    {
        foreach (var stream in Enumerable.Range(0, 10).Select(_ => NewStream()))
        {
            var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(
                writer => Task.Run(() => StoreOf(writer).Append(On(stream, StreamHead.None, NewEvents(2)), None))));
            Assert.Single(results.OfType<AppendResult.Appended>());
            Assert.All(results.OfType<AppendResult.Conflict>(), conflict => Assert.Equal(2, conflict.ActualVersion));
            Assert.Equal(2, (await ReadAll(stream)).Count);
        }
    }

    [Fact]
    public async Task Of_a_command_that_arrives_several_times_at_once_one_is_decided()
    {
        var stream = NewStream();
        var receipt = NewReceipt();
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            writer => Task.Run(() => StoreOf(writer).Append(new Append(stream, StreamHead.None, NewEvents(1), receipt), None))));
        Assert.Single(results.OfType<AppendResult.Appended>());
        Assert.Equal(7, results.OfType<AppendResult.AlreadyReceived>().Count());
        Assert.Single(await ReadAll(stream));
    }

    [Fact]
    public async Task Positions_have_no_gap_for_any_reader_while_several_processes_write()
    {
        const int writers = 12;
        const int appends = 20;
        var start = await Store.ReadEnd(None);
        var end = start + writers * appends * 2;
        var reading = Task.Run(() => Follow(OtherStore, start, end));
        var heads = await Task.WhenAll(Enumerable.Range(0, writers).Select(
            writer => Task.Run(() => Grow(NewStream(), appends, StoreOf(writer)))));
        var log = await reading;
        Assert.Equal(end, await Store.ReadEnd(None));
        foreach (var stream in log.GroupBy(read => read.Stream))
            Assert.Equal(Enumerable.Range(1, appends * 2).Select(version => (long)version), stream.Select(read => read.Version));
        foreach (var (stream, head) in heads)
            Assert.Equal(head.Position, log.Last(read => read.Stream == stream).Position);
    }

    [Fact]
    public async Task The_log_is_read_from_any_position_and_by_pages()
    {
        var start = await Store.ReadEnd(None);
        await Appended(On(NewStream(), StreamHead.None, NewEvents(5)));
        Assert.Equal([start + 2, start + 3], (await Store.ReadLog(start + 1, 2, None)).Select(read => read.Position));
        Assert.Equal([start + 5], (await Store.ReadLog(start + 4, 100, None)).Select(read => read.Position));
        Assert.Empty(await Store.ReadLog(start + 5, 100, None));
    }

    [Fact]
    public async Task Who_waits_beyond_the_end_is_woken_by_another_process()
    {
        var end = await Store.ReadEnd(None);
        var waiting = OtherStore.WaitBeyond(end, TimeSpan.FromSeconds(30), None);
        Assert.False(waiting.IsCompleted);
        await Appended(On(NewStream(), StreamHead.None, NewEvent()));
        Assert.True(await waiting);
        Assert.True(await OtherStore.WaitBeyond(end, TimeSpan.FromSeconds(30), None));
    }

    [Fact]
    public async Task Who_waits_in_vain_is_told_so()
    {
        var end = await Store.ReadEnd(None);
        Assert.False(await Store.WaitBeyond(end, TimeSpan.FromMilliseconds(60), None));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Store.WaitBeyond(end, TimeSpan.FromSeconds(30), new CancellationToken(canceled: true)));
    }

    private static void AssertChainHolds(IEnumerable<RecordedEvent> stream)
    {
        var previous = StreamHead.None.Hash;
        foreach (var stored in stream)
        {
            Assert.True(HashChain.Holds(previous.Span, stored));
            previous = stored.Hash;
        }
    }

    private IEventStore StoreOf(int writer) => writer % 2 == 0 ? Store : OtherStore;

    private static async Task<List<(long Version, Guid EventId)>> Race(StreamName stream, int versions, IEventStore store)
    {
        var won = new List<(long, Guid)>();
        while (await store.ReadHead(stream, None) is var head && head.Version < versions)
        {
            var added = NewEvent();
            switch (await store.Append(On(stream, head, added), None))
            {
                case AppendResult.Appended appended:
                    won.Add((appended.Head.Version, added.EventId));
                    break;
                case AppendResult.Conflict conflict:
                    Assert.True(conflict.ActualVersion > head.Version);
                    break;
                case var other:
                    Assert.Fail($"Unexpected {other}.");
                    break;
            }
        }
        return won;
    }

    private static async Task<(StreamName Stream, StreamHead Head)> Grow(StreamName stream, int appends, IEventStore store)
    {
        var head = StreamHead.None;
        for (var i = 0; i < appends; i++)
            head = Assert.IsType<AppendResult.Appended>(await store.Append(On(stream, head, NewEvents(2)), None)).Head;
        return (stream, head);
    }

    private static async Task<List<RecordedEvent>> Follow(IEventStore store, long position, long end)
    {
        var log = new List<RecordedEvent>();
        while (position < end)
        {
            Assert.True(await store.WaitBeyond(position, TimeSpan.FromSeconds(30), None));
            foreach (var read in await store.ReadLog(position, 50, None))
            {
                Assert.Equal(position + 1, read.Position);
                position = read.Position;
                log.Add(read);
            }
        }
        return log;
    }
}
