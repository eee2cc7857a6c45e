using OrleansOrders.EventStore;

namespace OrleansOrders.Tests.EventStore;

public abstract partial class EventStoreContract
{
    [Fact]
    public async Task A_fold_is_handed_what_the_stream_holds_in_order_and_told_where_it_stands()
    {
        var stream = NewStream();
        var appended = await Appended(On(stream, StreamHead.None, NewEvents(7)));
        var stored = await ReadAll(stream);
        var seen = new List<FoldableEvent>();

        var (taken, head) = await Store.FoldStream(stream, 2, 100, Take(seen), None);

        Assert.Equal(5, taken);
        Assert.Equal(stored.Skip(2).Select(one => (one.Version, one.Type)), seen.Select(one => (one.Version, one.Type)));
        Assert.Equal(stored.Skip(2).Select(one => one.Data.ToArray()), seen.Select(one => one.Data));
        Assert.Equal((7, appended.Position, true), (head.Version, head.Position, head.Hash.Span.SequenceEqual(appended.Hash.Span)));
    }

    [Fact]
    public async Task A_fold_that_hands_an_event_back_stands_before_it()
    {
        var stream = NewStream();
        await Appended(On(stream, StreamHead.None, NewEvents(5)));
        var stored = await ReadAll(stream);

        var (taken, head) = await Store.FoldStream(stream, 0, 100, one => one.Version < 4, None);

        Assert.Equal((3, 3L, stored[2].Position), (taken, head.Version, head.Position));
        Assert.Equal((0, StreamHead.None), await Store.FoldStream(stream, 3, 100, _ => false, None));
    }

    [Theory]
    [InlineData(0, 3, 3)]
    [InlineData(4, 3, 1)]
    [InlineData(5, 3, 0)]
    public async Task A_fold_gets_no_more_than_it_asked_for(long after, int limit, int expected)
    {
        var stream = NewStream();
        await Appended(On(stream, StreamHead.None, NewEvents(5)));
        var seen = new List<FoldableEvent>();

        Assert.Equal(expected, (await Store.FoldStream(stream, after, limit, Take(seen), None)).Taken);
        Assert.Equal(expected, seen.Count);
    }

    [Fact]
    public async Task Of_a_stream_that_is_not_there_a_fold_gets_nothing() =>
        Assert.Equal((0, StreamHead.None), await Store.FoldStream(NewStream(), 0, 10, _ => true, None));

    private static Func<FoldableEvent, bool> Take(List<FoldableEvent> seen) => one =>
    {
        seen.Add(one);
        return true;
    };
}
