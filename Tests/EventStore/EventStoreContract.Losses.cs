using OrleansOrders.EventStore;

namespace OrleansOrders.Tests.EventStore;

public abstract partial class EventStoreContract
{
    [Theory]
    [InlineData(Loss.Statement)]
    [InlineData(Loss.Reply)]
    public async Task An_append_whose_connection_breaks_is_there_once(Loss loss)
    {
        var stream = NewStream();
        var events = NewEvents(3);
        var receipt = NewReceipt();
        var result = await AppendDespite(loss, new Append(stream, StreamHead.None, events, receipt));
        var appended = Assert.IsType<AppendResult.Appended>(result);
        var stored = await ReadAll(stream);
        Assert.Equal(IdsOf(events), IdsOf(stored));
        Assert.Equal((3, stored[^1].Position, stored[^1].RecordedAt), (appended.Head.Version, appended.Head.Position, appended.RecordedAt));
        Assert.Equal(stored[^1].Hash.ToArray(), appended.Head.Hash.ToArray());
        AssertStored(receipt, stream, appended.Head, await Store.FindReceipt(stream.Tenant, receipt.CommandId, None));
        Assert.Equal(4, (await Appended(On(stream, appended.Head, NewEvent()))).Version);
    }

    [Fact]
    public async Task A_lost_reply_is_found_although_the_stream_has_moved_on()
    {
        var stream = NewStream();
        var (ours, theirs) = (NewEvents(2), NewEvents(2));
        var result = await AppendDespite(Loss.Reply, On(stream, StreamHead.None, ours), async () =>
            await OtherStore.Append(On(stream, await OtherStore.ReadHead(stream, None), theirs), None));
        Assert.Equal(2, Assert.IsType<AppendResult.Appended>(result).Head.Version);
        Assert.Equal(IdsOf(ours.Concat(theirs)), IdsOf(await ReadAll(stream)));
    }

    [Fact]
    public async Task An_append_that_was_lost_and_overtaken_conflicts()
    {
        var stream = NewStream();
        var theirs = NewEvents(2);
        var result = await AppendDespite(Loss.Statement, On(stream, StreamHead.None, NewEvents(2)), async () =>
            await OtherStore.Append(On(stream, StreamHead.None, theirs), None));
        Assert.Equal(new AppendResult.Conflict(2), result);
        Assert.Equal(IdsOf(theirs), IdsOf(await ReadAll(stream)));
    }

    [Theory]
    [InlineData(Loss.Statement)]
    [InlineData(Loss.Reply)]
    public async Task A_conflict_whose_news_is_lost_is_still_a_conflict(Loss loss)
    {
        var stream = NewStream();
        await Appended(On(stream, StreamHead.None, NewEvents(2)));
        Assert.Equal(new AppendResult.Conflict(2), await AppendDespite(loss, On(stream, StreamHead.None, NewEvents(2))));
        Assert.Equal(2, (await ReadAll(stream)).Count);
    }

    [Theory]
    [InlineData(Loss.Statement)]
    [InlineData(Loss.Reply)]
    public async Task A_refusal_whose_connection_breaks_has_its_receipt(Loss loss)
    {
        var stream = NewStream();
        var head = await Appended(On(stream, StreamHead.None, NewEvent()));
        var receipt = NewReceipt("order-not-draft");
        var result = await AppendDespite(loss, new Append(stream, head, [], receipt));
        Assert.Equal(head.Position, Assert.IsType<AppendResult.Appended>(result).Head.Position);
        AssertStored(receipt, stream, head, await Store.FindReceipt(stream.Tenant, receipt.CommandId, None));
    }

    [Theory]
    [InlineData(Loss.Statement)]
    [InlineData(Loss.Reply)]
    public async Task A_repeated_command_whose_connection_breaks_gets_its_first_receipt(Loss loss)
    {
        var stream = NewStream();
        var receipt = NewReceipt();
        var head = await Appended(new Append(stream, StreamHead.None, NewEvents(1), receipt));
        var result = await AppendDespite(loss, new Append(stream, head, NewEvents(1), receipt));
        AssertStored(receipt, stream, head, Assert.IsType<AppendResult.AlreadyReceived>(result).Receipt);
        Assert.Single(await ReadAll(stream));
    }
}
