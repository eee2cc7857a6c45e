using OrleansOrders.EventStore;
using static OrleansOrders.Tests.EventStore.EventStoreContract;

namespace OrleansOrders.Tests.EventStore;

/// <summary>Rows that somebody changed behind the store's back.</summary>
public sealed class DamagedRowsTests(PostgresLog log) : IClassFixture<PostgresLog>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData("state = 'x'")]
    [InlineData("version = 999")]
    [InlineData("position = position + 1")]
    [InlineData("hash = sha256(hash)")]
    [InlineData("schema = 'v2'")]
    [InlineData("checksum = sha256(checksum)")]
    public async Task A_damaged_snapshot_is_not_read_and_makes_room_for_a_good_one(string damage)
    {
        var stream = NewStream();
        var good = new Snapshot(new StreamHead(100, 1000, new byte[HashChain.Length]), "v1", new byte[] { 1, 2, 3 });
        await log.Store.WriteSnapshot(stream, good, None);
        await log.Database.Execute($"update snapshots set {damage} where stream_id = '{stream.StreamId}'");
        Assert.Null(await log.Store.ReadSnapshot(stream, "v1", None));
        Assert.Null(await log.Store.ReadSnapshot(stream, "v2", None));
        await log.Store.WriteSnapshot(stream, good, None);
        Assert.Equal(good.State.ToArray(), (await log.Store.ReadSnapshot(stream, "v1", None))!.State.ToArray());
    }

    [Theory]
    [InlineData("data = '{}'")]
    [InlineData("type = 'order-placed.v1'")]
    [InlineData("occurred_at = occurred_at + interval '1 microsecond'")]
    [InlineData("hash = sha256(hash)")]
    public async Task An_altered_event_breaks_the_chain_at_its_place(string alteration)
    {
        var stream = NewStream();
        await log.Store.Append(On(stream, StreamHead.None, NewEvents(3)), None);
        Assert.Equal([true, true, true], await Verify(stream));
        await log.Database.Execute($"update events set {alteration} where stream_id = '{stream.StreamId}' and version = 2");
        var holds = await Verify(stream);
        Assert.Equal([true, false], holds[..2]);
    }

    [Fact]
    public async Task A_log_whose_counter_was_set_back_refuses_to_give_a_position_twice()
    {
        await log.Store.Append(On(NewStream(), StreamHead.None, NewEvents(3)), None);
        await log.Database.Execute("update log set position = position - 1");
        var stream = NewStream();
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => log.Store.Append(On(stream, StreamHead.None, NewEvent()), None));
        Assert.Equal(StreamHead.None, await log.Store.ReadHead(stream, None));
        await log.Database.Execute("update log set position = position + 1");
        Assert.IsType<AppendResult.Appended>(await log.Store.Append(On(stream, StreamHead.None, NewEvent()), None));
    }

    private async Task<List<bool>> Verify(StreamName stream)
    {
        var previous = StreamHead.None.Hash;
        var holds = new List<bool>();
        foreach (var stored in await log.Store.ReadStream(stream, 0, 100, None))
        {
            holds.Add(HashChain.Holds(previous.Span, stored));
            previous = stored.Hash;
        }
        return holds;
    }
}
