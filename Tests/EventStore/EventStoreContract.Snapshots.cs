using OrleansOrders.EventStore;

namespace OrleansOrders.Tests.EventStore;

public abstract partial class EventStoreContract
{
    [Fact]
    public async Task A_snapshot_is_read_back()
    {
        var stream = NewStream();
        Assert.Null(await Store.ReadSnapshot(stream, "v1", None));
        var written = SnapshotAt(100, "v1", 1, 2, 3);
        await Store.WriteSnapshot(stream, written, None);
        AssertSame(written, await OtherStore.ReadSnapshot(stream, "v1", None));
        Assert.Null(await Store.ReadSnapshot(stream with { Tenant = "other" }, "v1", None));
    }

    [Fact]
    public async Task A_newer_snapshot_replaces_an_older_one_and_stays()
    {
        var stream = NewStream();
        var newer = SnapshotAt(200, "v1", 2);
        await Store.WriteSnapshot(stream, SnapshotAt(100, "v1", 1), None);
        await Store.WriteSnapshot(stream, newer, None);
        await Store.WriteSnapshot(stream, SnapshotAt(100, "v1", 3), None);
        AssertSame(newer, await Store.ReadSnapshot(stream, "v1", None));
    }

    [Fact]
    public async Task A_snapshot_of_another_schema_is_not_read_and_does_not_stay()
    {
        var stream = NewStream();
        await Store.WriteSnapshot(stream, SnapshotAt(200, "v1", 1), None);
        Assert.Null(await Store.ReadSnapshot(stream, "v2", None));
        var current = SnapshotAt(100, "v2", 2);
        await Store.WriteSnapshot(stream, current, None);
        AssertSame(current, await Store.ReadSnapshot(stream, "v2", None));
    }

    protected static Snapshot SnapshotAt(long version, string schema, params byte[] state) =>
        new(new StreamHead(version, version * 10, Enumerable.Repeat((byte)7, HashChain.Length).ToArray()), schema, state);

    protected static void AssertSame(Snapshot expected, Snapshot? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(
            (expected.Head.Version, expected.Head.Position, expected.Schema),
            (actual.Head.Version, actual.Head.Position, actual.Schema));
        Assert.Equal(expected.Head.Hash.ToArray(), actual.Head.Hash.ToArray());
        Assert.Equal(expected.State.ToArray(), actual.State.ToArray());
    }
}
