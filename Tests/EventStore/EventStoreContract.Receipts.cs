using OrleansOrders.EventStore;

namespace OrleansOrders.Tests.EventStore;

public abstract partial class EventStoreContract
{
    [Fact]
    public async Task A_receipt_is_kept_with_the_commands_events()
    {
        var stream = NewStream();
        var receipt = NewReceipt();
        Assert.Null(await Store.FindReceipt(stream.Tenant, receipt.CommandId, None));
        var head = await Appended(new Append(stream, StreamHead.None, NewEvents(3), receipt));
        var stored = await Store.FindReceipt(stream.Tenant, receipt.CommandId, None);
        AssertStored(receipt, stream, head, stored);
        Assert.Equal(stored!.RecordedAt, (await ReadAll(stream))[0].RecordedAt);
    }

    [Fact]
    public async Task A_repeated_command_gets_its_first_receipt_and_writes_nothing()
    {
        var stream = NewStream();
        var receipt = NewReceipt();
        var head = await Appended(new Append(stream, StreamHead.None, NewEvents(1), receipt));
        var moved = await Appended(On(stream, head, NewEvent()));
        var end = await Store.ReadEnd(None);
        foreach (var expected in new[] { StreamHead.None, head, moved })
        {
            var repeated = new Append(stream, expected, NewEvents(2), receipt with { Fingerprint = [9] });
            var result = Assert.IsType<AppendResult.AlreadyReceived>(await Store.Append(repeated, None));
            AssertStored(receipt, stream, head, result.Receipt);
        }
        Assert.Equal(end, await Store.ReadEnd(None));
    }

    [Fact]
    public async Task A_refusal_leaves_a_receipt_and_no_event()
    {
        var stream = NewStream();
        var (early, late) = (NewReceipt("order-not-found"), NewReceipt("order-not-draft"));
        await Appended(new Append(stream, StreamHead.None, [], early));
        AssertStored(early, stream, StreamHead.None, await Store.FindReceipt(stream.Tenant, early.CommandId, None));
        var head = await Appended(On(stream, StreamHead.None, NewEvents(2)));
        var refused = await Appended(new Append(stream, head, [], late));
        Assert.Equal((head.Version, head.Position), (refused.Version, refused.Position));
        AssertStored(late, stream, head, await Store.FindReceipt(stream.Tenant, late.CommandId, None));
        Assert.Equal(2, (await ReadAll(stream)).Count);
    }

    [Fact]
    public async Task A_refusal_that_was_decided_on_an_old_version_leaves_no_receipt()
    {
        var stream = NewStream();
        var stale = await Appended(On(stream, StreamHead.None, NewEvent()));
        await Appended(On(stream, stale, NewEvent()));
        foreach (var expected in new[] { StreamHead.None, stale })
        {
            var receipt = NewReceipt("order-not-draft");
            Assert.Equal(new AppendResult.Conflict(2), await Store.Append(new Append(stream, expected, [], receipt), None));
            Assert.Null(await Store.FindReceipt(stream.Tenant, receipt.CommandId, None));
        }
    }

    [Fact]
    public async Task Receipts_of_other_tenants_are_other_receipts()
    {
        var receipt = NewReceipt();
        var (ours, theirs) = (NewStream("ours"), NewStream("theirs"));
        await Appended(new Append(ours, StreamHead.None, NewEvents(1), receipt));
        Assert.Null(await Store.FindReceipt("theirs", receipt.CommandId, None));
        await Appended(new Append(theirs, StreamHead.None, NewEvents(1), receipt));
        Assert.Equal(ours, (await Store.FindReceipt("ours", receipt.CommandId, None))!.Stream);
    }

    [Fact]
    public async Task One_command_id_on_two_streams_is_one_command()
    {
        var receipt = NewReceipt();
        var streams = new[] { NewStream(), NewStream() };
        var results = await Task.WhenAll(streams.Select(
            stream => Store.Append(new Append(stream, StreamHead.None, NewEvents(1), receipt), None)));
        Assert.Single(results.OfType<AppendResult.Appended>());
        Assert.Single(results.OfType<AppendResult.AlreadyReceived>());
        Assert.Single((await ReadAll(streams[0])).Concat(await ReadAll(streams[1])));
    }

    private static void AssertStored(Receipt given, StreamName stream, StreamHead head, StoredReceipt? stored)
    {
        Assert.NotNull(stored);
        Assert.Equal((stream, head.Version, head.Position), (stored.Stream, stored.Version, stored.Position));
        Assert.Equal(given.Fingerprint, stored.Receipt.Fingerprint);
        Assert.Equal(
            (given.CommandId, given.RefusalCode, given.RefusalDetail),
            (stored.Receipt.CommandId, stored.Receipt.RefusalCode, stored.Receipt.RefusalDetail));
    }
}
