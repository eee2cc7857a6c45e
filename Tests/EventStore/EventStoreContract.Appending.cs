using System.Text;
using OrleansOrders.EventStore;

namespace OrleansOrders.Tests.EventStore;

public abstract partial class EventStoreContract
{
    [Fact]
    public async Task What_was_appended_is_read_back_byte_for_byte()
    {
        var stream = NewStream("tenant-ä");
        var added = NewEvent("""{ "b":1,  "a": "£ \u0000", "b":2 }""") with { OccurredAt = DateTimeOffset.MinValue.AddTicks(37) };
        var result = Assert.IsType<AppendResult.Appended>(await Store.Append(On(stream, StreamHead.None, added), None));
        var stored = Assert.Single(await ReadAll(stream));
        Assert.Equal(added.Data, stored.Data.ToArray());
        Assert.Equal(added.Metadata, stored.Metadata.ToArray());
        Assert.Equal(
            (stream, 1L, added.EventId, added.Type, HashChain.Round(added.OccurredAt), result.RecordedAt),
            (stored.Stream, stored.Version, stored.EventId, stored.Type, stored.OccurredAt, stored.RecordedAt));
        Assert.Equal((result.Head.Version, result.Head.Position), (stored.Version, stored.Position));
        Assert.Equal(result.Head.Hash.ToArray(), stored.Hash.ToArray());
    }

    [Fact]
    public async Task Appends_follow_one_another()
    {
        var stream = NewStream();
        var (first, second) = (NewEvents(3), NewEvents(2));
        var head = await Appended(On(stream, StreamHead.None, first));
        head = await Appended(On(stream, head, second));
        Assert.Equal(5, head.Version);
        var stored = await ReadAll(stream);
        Assert.Equal([1, 2, 3, 4, 5], stored.Select(read => read.Version));
        Assert.Equal(IdsOf(first.Concat(second)), IdsOf(stored));
    }

    [Fact]
    public async Task The_head_says_where_the_stream_ends()
    {
        var stream = NewStream();
        Assert.Equal(StreamHead.None, await Store.ReadHead(stream, None));
        var appended = await Appended(On(stream, StreamHead.None, NewEvents(2)));
        var head = await Store.ReadHead(stream, None);
        Assert.Equal((appended.Version, appended.Position), (head.Version, head.Position));
        Assert.Equal(appended.Hash.ToArray(), head.Hash.ToArray());
    }

    [Fact]
    public async Task A_stream_is_read_from_any_version_and_by_pages()
    {
        var stream = NewStream();
        await Appended(On(stream, StreamHead.None, NewEvents(10)));
        Assert.Equal([4, 5, 6], (await Store.ReadStream(stream, 3, 3, None)).Select(read => read.Version));
        Assert.Equal([9, 10], (await Store.ReadStream(stream, 8, 100, None)).Select(read => read.Version));
        Assert.Empty(await Store.ReadStream(stream, 10, 100, None));
        Assert.Empty(await ReadAll(NewStream()));
    }

    [Fact]
    public async Task Version_zero_means_that_the_stream_must_not_exist()
    {
        var stream = NewStream();
        await Appended(On(stream, StreamHead.None, NewEvents(2)));
        Assert.Equal(new AppendResult.Conflict(2), await Store.Append(On(stream, StreamHead.None, NewEvent()), None));
        Assert.Equal(2, (await ReadAll(stream)).Count);
    }

    [Fact]
    public async Task A_version_that_the_stream_has_not_reached_conflicts()
    {
        var stream = NewStream();
        var head = await Appended(On(stream, StreamHead.None, NewEvent()));
        Assert.Equal(new AppendResult.Conflict(1), await Store.Append(On(stream, head with { Version = 2 }, NewEvent()), None));
        Assert.Equal(new AppendResult.Conflict(0), await Store.Append(On(NewStream(), head, NewEvent()), None));
    }

    [Fact]
    public async Task A_conflict_names_the_actual_version_and_writes_nothing_and_no_receipt()
    {
        var stream = NewStream();
        var stale = await Appended(On(stream, StreamHead.None, NewEvent()));
        await Appended(On(stream, stale, NewEvents(3)));
        var end = await Store.ReadEnd(None);
        var receipt = NewReceipt();
        var result = await Store.Append(new Append(stream, stale, NewEvents(2), receipt), None);
        Assert.Equal(new AppendResult.Conflict(4), result);
        Assert.Equal(end, await Store.ReadEnd(None));
        Assert.Null(await Store.FindReceipt(stream.Tenant, receipt.CommandId, None));
    }

    [Fact]
    public async Task Streams_of_other_tenants_and_types_are_other_streams()
    {
        var stream = NewStream();
        await Appended(On(stream, StreamHead.None, NewEvents(2)));
        await Appended(On(stream with { Tenant = "other" }, StreamHead.None, NewEvent()));
        await Appended(On(stream with { Type = "payment" }, StreamHead.None, NewEvents(3)));
        Assert.Equal(2, (await ReadAll(stream)).Count);
        Assert.Equal(stream with { Tenant = "other" }, Assert.Single(await ReadAll(stream with { Tenant = "other" })).Stream);
    }

    [Fact]
    public async Task Nothing_appended_is_a_check_of_the_head()
    {
        var stream = NewStream();
        var end = await Store.ReadEnd(None);
        Assert.Equal(0, (await Appended(On(stream, StreamHead.None))).Version);
        var head = await Appended(On(stream, StreamHead.None, NewEvents(2)));
        var confirmed = await Appended(On(stream, head));
        Assert.Equal((head.Version, head.Position), (confirmed.Version, confirmed.Position));
        Assert.Equal(head.Hash.ToArray(), confirmed.Hash.ToArray());
        Assert.Equal(new AppendResult.Conflict(2), await Store.Append(On(stream, StreamHead.None), None));
        Assert.Equal(end + 2, await Store.ReadEnd(None));
    }

    [Fact]
    public async Task The_expected_hash_must_be_the_streams()
    {
        var stream = NewStream();
        var head = await Appended(On(stream, StreamHead.None, NewEvent()));
        var forged = head with { Hash = new byte[HashChain.Length] };
        await Assert.ThrowsAsync<InvalidAppendException>(() => Store.Append(On(stream, forged, NewEvent()), None));
        Assert.Equal(1, (await Store.ReadHead(stream, None)).Version);
    }

    [Theory]
    [InlineData("{", "{}")]
    [InlineData("{}", "")]
    [InlineData("{} {}", "{}")]
    public async Task What_is_not_json_is_refused(string data, string metadata)
    {
        var bad = NewEvent(data) with { Metadata = Encoding.UTF8.GetBytes(metadata) };
        var stream = NewStream();
        await Assert.ThrowsAsync<InvalidAppendException>(() => Store.Append(On(stream, StreamHead.None, NewEvent(), bad), None));
        Assert.Equal(StreamHead.None, await Store.ReadHead(stream, None));
    }

    [Theory]
    [InlineData("", "order", "1")]
    [InlineData("a\0b", "order", "1")]
    [InlineData("default", "two-words", "1")]
    [InlineData("default", "", "1")]
    public async Task Names_that_cannot_be_stored_are_refused(string tenant, string type, string id) =>
        await Assert.ThrowsAsync<InvalidAppendException>(
            () => Store.Append(On(new StreamName(tenant, type, id), StreamHead.None, NewEvent()), None));

    [Fact]
    public async Task Half_a_character_is_refused_wherever_it_stands()
    {
        var stream = NewStream();
        var half = "🙂"[..1];
        Append[] bad =
        [
            On(stream with { Id = "a" + half }, StreamHead.None, NewEvent()),
            On(stream, StreamHead.None, NewEvent() with { Type = half }),
            new(stream, StreamHead.None, [], NewReceipt("refused") with { RefusalDetail = half + "🙂" }),
        ];
        foreach (var append in bad)
            await Assert.ThrowsAsync<InvalidAppendException>(() => Store.Append(append, None));
        await Appended(On(stream with { Id = "🙂" }, StreamHead.None, NewEvent()));
    }

    [Fact]
    public async Task A_bad_append_and_a_conflicting_one_leave_the_others_alone()
    {
        var taken = NewStream();
        await Appended(On(taken, StreamHead.None, NewEvent()));
        var good = Enumerable.Range(0, 20).Select(_ => NewStream()).ToList();
        var results = good.Select(stream => Store.Append(On(stream, StreamHead.None, NewEvents(2)), None)).ToList();
        var conflict = Store.Append(On(taken, StreamHead.None, NewEvent()), None);
        var bad = Store.Append(On(NewStream(), StreamHead.None, NewEvent("not json")), None);
        Assert.All(await Task.WhenAll(results), result => Assert.IsType<AppendResult.Appended>(result));
        Assert.Equal(new AppendResult.Conflict(1), await conflict);
        await Assert.ThrowsAsync<InvalidAppendException>(() => bad);
        foreach (var stream in good)
            Assert.Equal([1, 2], (await ReadAll(stream)).Select(read => read.Version));
    }
}
