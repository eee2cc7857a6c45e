using System.Security.Cryptography;
using Orleans.Storage;
using OrleansOrders.Grains.LogConsistency;

namespace OrleansOrders.Tests.Cluster.LogConsistency;

/// <summary>What a journaled grain may rely on while nothing breaks but somebody else writes.</summary>
public sealed class JournalContractTests(TwoTallySilos silos) : IClassFixture<TwoTallySilos>
{
    private readonly string _id = $"t{Guid.NewGuid():n}";

    private ITallyGrain Here => silos.First.Grain(_id);

    private ITallyGrain There => silos.Proxied.Grain(_id);

    [Fact]
    public async Task What_is_confirmed_is_in_the_log_and_in_the_state()
    {
        Assert.Equal(3, await Here.Add(1, 2, 3));
        var sight = await Here.Look();
        Assert.Equal((6, 3, 6, 0), (sight.Sum, sight.Version, sight.Tentative, sight.Unconfirmed));
        Assert.Equal([1, 2, 3], (await silos.Read(_id)).Select(recorded => recorded.Version));
        Assert.All(await silos.Read(_id), recorded => Assert.Equal("added.v1", recorded.Type));
    }

    [Fact]
    public async Task Events_raised_in_one_go_are_one_append()
    {
        await Here.Add(1, 2, 3, 4);
        Assert.Single((await silos.Read(_id)).Select(recorded => recorded.RecordedAt).Distinct());
    }

    [Fact]
    public async Task What_was_raised_without_waiting_is_written_all_the_same()
    {
        await Here.AddLater(5);
        await Here.Confirm();
        Assert.Equal((5, 1), ((await Here.Look()).Sum, (await Here.Look()).Version));
        Assert.Single(await silos.Read(_id));
    }

    [Fact]
    public async Task A_conditional_append_meets_a_foreign_event_and_the_state_is_up_to_date_afterwards()
    {
        await Here.Add(1);
        await There.Add(10);
        Assert.False(await Here.TryAdd(100));
        Assert.Equal((11, 2), ((await Here.Look()).Sum, (await Here.Look()).Version));
        Assert.True(await Here.TryAdd(100));
        Assert.Equal(3, (await silos.Read(_id)).Count);
    }

    [Fact]
    public async Task Events_that_were_raised_on_an_old_state_are_not_written_and_that_is_told_once()
    {
        await Here.Add(1);
        await There.Add(10);
        await Assert.ThrowsAsync<JournalConflictException>(() => Here.Add(100));
        Assert.Equal(2, (await silos.Read(_id)).Count);
        await Here.Confirm();
        Assert.Equal(111, (await Sum(() => Here.Add(100))));
    }

    [Fact]
    public async Task An_empty_conditional_append_says_whether_the_log_has_moved()
    {
        await Here.Add(1);
        Assert.True(await Here.TryAdd());
        await There.Add(10);
        Assert.False(await Here.TryAdd());
        Assert.True(await Here.TryAdd());
        Assert.Equal(2, (await silos.Read(_id)).Count);
    }

    [Fact]
    public async Task Activations_that_race_lose_no_event_and_write_none_twice()
    {
        var added = 0;
        async Task Race(ITallyGrain grain)
        {
            for (var left = 40; left > 0;)
            {
                if (!await grain.TryAdd(1))
                    continue;
                Interlocked.Increment(ref added);
                left--;
            }
        }
        await Task.WhenAll(Race(Here), Race(There), Race(Here), Race(There));
        Assert.Equal(160, added);
        Assert.Equal(Enumerable.Range(1, 160).Select(number => (long)number), (await silos.Read(_id)).Select(recorded => recorded.Version));
        await Here.Refresh();
        Assert.Equal(160, (await Here.Look()).Sum);
    }

    [Fact]
    public async Task The_history_is_read_from_the_log()
    {
        await Here.Add([.. Enumerable.Range(1, 25)]);
        Assert.Equal([11, 12, 13], await Here.History(10, 13));
        Assert.Empty(await Here.History(5, 5));
    }

    [Fact]
    public async Task The_log_cannot_be_cleared()
    {
        await Here.Add(1);
        await Assert.ThrowsAsync<NotSupportedException>(() => Here.Clear());
        Assert.Single(await silos.Read(_id));
    }

    [Fact]
    public async Task An_event_that_the_state_does_not_take_ends_the_activation_and_shows_in_health()
    {
        var poison = RandomNumberGenerator.GetInt32(1_000_000, int.MaxValue);
        await Here.Add(1);
        await There.Add(poison);
        TallyGrain.NotUnderstood[poison] = true;
        var before = (await Here.Look()).Activation;
        await Assert.ThrowsAsync<InconsistentStateException>(() => Here.TryAdd(2));
        Assert.Contains(silos.First.Faults.List(), fault => fault.Stream.Id == _id);
        await Assert.ThrowsAnyAsync<Exception>(() => Here.Look());

        TallyGrain.NotUnderstood.TryRemove(poison, out _);
        var after = await Here.Look();
        Assert.NotEqual(before, after.Activation);
        Assert.Equal((poison + 1L, 2), (after.Sum, after.Version));
        Assert.DoesNotContain(silos.First.Faults.List(), fault => fault.Stream.Id == _id);
    }

    [Fact]
    public async Task A_long_stream_is_activated_from_its_snapshot()
    {
        await Here.Add([.. Enumerable.Repeat(1, 95)]);
        await Here.Add([.. Enumerable.Repeat(1, 10)]);
        await Support.Snapshots.Await(silos.Database, TallySilo.StreamOf(_id), 105);

        // A snapshot that lies tells that it was read: nothing else could make the state say this.
        await Support.Snapshots.Forge(silos.Database, silos.First.Store, TallySilo.StreamOf(_id), "{\"sum\":1000,\"count\":105}");
        await Here.Leave();
        await Here.Add(1);
        Assert.Equal((1001, 106), ((await Here.Look()).Sum, (await Here.Look()).Version));
    }

    private async Task<long> Sum(Func<Task> act)
    {
        await act();
        return (await Here.Look()).Sum;
    }
}
