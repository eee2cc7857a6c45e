using System.Text;
using OrleansOrders.EventStore;

namespace OrleansOrders.Tests.EventStore;

public sealed class DeadLettersTests(PostgresLog log) : IClassFixture<PostgresLog>
{
    private readonly string _consumer = $"c{Guid.NewGuid():n}";
    private readonly StreamName _stream = new("shop", "order", $"o{Guid.NewGuid():n}");

    private DeadLetters Letters => new(log.Database.DataSource);

    private DeadLetterBook Book => new(log.Database.DataSource);

    [Fact]
    public async Task Consumers_that_race_to_park_a_stream_park_it_once_from_the_lowest_version()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Letters.Park(Poison(3 + i % 5), default)));

        Assert.Single(ids.Distinct());
        var letter = Assert.Single(await Book.List(new DeadLetterFilter("shop", _consumer), null, 10, default));
        Assert.Equal((3, ids[0]), (letter.Event.Version, letter.Id));
        Assert.InRange(letter.Attempts, 8, 40);
    }

    [Fact]
    public async Task What_is_remembered_follows_what_other_processes_park_and_replay()
    {
        var mine = new ParkedStreams(Letters, _consumer);
        Assert.False(await mine.Refresh(default));
        var id = await Letters.Park(Poison(3), default);

        Assert.False(mine.IsParked(_stream, 3));
        Assert.True(await mine.Refresh(default));
        Assert.Equal((false, true, true), (mine.IsParked(_stream, 2), mine.IsParked(_stream, 3), mine.IsParked(_stream, 9)));
        Assert.False(mine.IsParked(_stream with { Tenant = "other" }, 3));
        Assert.False(await mine.Refresh(default));
        Assert.Empty(mine.ReplayRequests);

        Assert.True(await Letters.RequestReplay(id, default));
        Assert.True(await mine.Refresh(default));
        Assert.Equal(id, Assert.Single(mine.ReplayRequests).LetterId);
        Assert.True(mine.IsParked(_stream, 3));

        Assert.True(await Letters.Close(id, default));
        Assert.True(await mine.Refresh(default));
        Assert.Equal((false, 0), (mine.IsParked(_stream, 3), mine.Count));
    }

    [Fact]
    public async Task A_memory_that_is_refreshed_while_others_change_letters_ends_up_right()
    {
        var mine = new ParkedStreams(Letters, _consumer);
        var streams = Enumerable.Range(0, 8).Select(i => _stream with { Id = $"{_stream.Id}-{i}" }).ToArray();
        using var done = new CancellationTokenSource();
        var reading = Task.WhenAll(Enumerable.Range(0, 3).Select(async _ =>
        {
            while (!done.IsCancellationRequested)
                await mine.Refresh(default);
        }));

        await Task.WhenAll(streams.Select(async (stream, number) =>
        {
            for (var round = 0; round < 10; round++)
            {
                var id = await Letters.Park(Poison(2) with { Stream = stream }, default);
                if (number % 2 == 0 || round < 9)
                    await Letters.Close(id, default);
            }
        }));
        await done.CancelAsync();
        await reading;
        await mine.Refresh(default);

        Assert.Equal([false, true, false, true, false, true, false, true], streams.Select(stream => mine.IsParked(stream, 2)));
    }

    [Fact]
    public async Task A_letter_that_is_rolled_back_with_its_consumers_position_was_never_there()
    {
        var mine = new ParkedStreams(Letters, _consumer);
        await using (var connection = await log.Database.DataSource.OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await DeadLetters.Park(connection, Poison(1), default);
        }

        Assert.False(await mine.Refresh(default));
        Assert.Empty(await Book.List(new DeadLetterFilter("shop", _consumer), null, 10, default));
    }

    [Fact]
    public async Task A_closed_letter_stays_closed_and_the_stream_can_be_parked_anew()
    {
        var first = await Letters.Park(Poison(2), default);
        Assert.True(await Letters.Close(first, default));

        Assert.False(await Letters.Close(first, default));
        Assert.False(await Letters.RequestReplay(first, default));
        var second = await Letters.Park(Poison(5), default);

        Assert.NotEqual(first, second);
        Assert.Equal(second, Assert.Single(await Book.List(new DeadLetterFilter("shop", _consumer, "open"), null, 10, default)).Id);
        Assert.NotNull((await Book.Find("shop", first, default))!.ClosedAt);
        Assert.Null(await Book.Find("other", first, default));
    }

    [Fact]
    public async Task A_replay_that_fails_leaves_the_letter_parked_with_the_new_cause()
    {
        var id = await Letters.Park(Poison(2), default);
        await Letters.RequestReplay(id, default);

        Assert.Equal(id, await Letters.Park(Poison(2) with { Cause = "still not" }, default));

        var letter = (await Book.Find("shop", id, default))!;
        Assert.Equal((DeadLetterStates.Parked, 2, "still not"), (letter.State, letter.Attempts, letter.Event.Cause));
    }

    [Fact]
    public async Task The_events_behind_a_letter_are_counted()
    {
        var events = Enumerable.Range(0, 5)
            .Select(_ => new NewEvent(Guid.NewGuid(), "order-placed.v99", "{}"u8.ToArray(), "{}"u8.ToArray(), DateTimeOffset.UnixEpoch)).ToList();
        await log.Store.Append(new Append(_stream, StreamHead.None, events, null), default);
        var id = await Letters.Park(Poison(2), default);

        Assert.Equal(3, (await Book.Find("shop", id, default))!.Waiting);
        await Letters.Close(id, default);
        Assert.Equal(0, (await Book.Find("shop", id, default))!.Waiting);
    }

    [Fact]
    public async Task The_newest_repair_is_the_one_that_counts_and_a_request_repairs_once()
    {
        var poison = Poison(2);
        var letter = (await Book.Find("shop", await Letters.Park(poison, default), default))!;
        var repair = new NewRepair("order-placed.v1", Encoding.UTF8.GetBytes("""{"a": 1}"""), "anna", "typo", Guid.NewGuid(), [1]);

        var racing = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Book.Repair(letter, repair, default)));
        Assert.All(racing, added => Assert.Equal(1, added!.Number));
        Assert.Single(racing, added => !added!.IsReplayed);
        Assert.Null(await Book.Repair(letter, repair with { Fingerprint = [2] }, default));
        Assert.Equal(2, (await Book.Repair(letter, repair with { RequestId = Guid.NewGuid(), Type = "order-placed.v2" }, default))!.Number);

        var newest = Assert.Single(await log.Store.FindRepairs([poison.EventId, Guid.NewGuid()], default));
        Assert.Equal(("shop", 2, "order-placed.v2", """{"a": 1}"""), (newest.Tenant, newest.Number, newest.Type, Encoding.UTF8.GetString(newest.Data.Span)));
        Assert.Equal(["anna: typo: repair 1, as order-placed.v1", "anna: typo: repair 2, as order-placed.v2"],
            (await Book.ReadActions(letter.Id, default)).Select(action => $"{action.Actor}: {action.Reason}: {action.Outcome}"));
    }

    [Fact]
    public async Task Pages_go_on_where_the_one_before_ended()
    {
        for (var i = 0; i < 5; i++)
            await Letters.Park(Poison(1) with { Stream = _stream with { Id = $"{_stream.Id}-{i}" } }, default);
        var filter = new DeadLetterFilter("shop", _consumer);
        var first = await Book.List(filter, null, 3, default);
        var rest = await Book.List(filter, (first[^1].ParkedAt, first[^1].Id), 3, default);

        Assert.Equal((3, 2, 5), (first.Count, rest.Count, first.Concat(rest).Select(letter => letter.Id).Distinct().Count()));
        Assert.Empty(await Book.List(filter with { Tenant = "other" }, null, 3, default));
    }

    [Theory]
    [InlineData("a\r\n\tb\0c", "a b c")]
    [InlineData("card 4111 1111-1111 1111 of anna", "card # of anna")]
    [InlineData("version 1234567 at 98765", "version 1234567 at 98765")]
    public void A_cause_is_one_line_without_long_numbers(string text, string line) => Assert.Equal(line, Causes.Of(text));

    [Fact]
    public void A_cause_is_short() => Assert.Equal(Causes.LongestCause, Causes.Of(new string('x', 2_000)).Length);

    private PoisonEvent Poison(long version) => new(
        _consumer, _stream, version, 40 + version, new Guid(1, 2, 3, _stream.Id.Select(letter => (byte)letter).Take(8).ToArray()), "order-placed.v99",
        "Json: not this event's JSON");
}
