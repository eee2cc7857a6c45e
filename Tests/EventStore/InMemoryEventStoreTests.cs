using OrleansOrders.EventStore;

namespace OrleansOrders.Tests.EventStore;

public sealed class InMemoryEventStoreTests : EventStoreContract
{
    private readonly InMemoryEventStore _store = new(TimeProvider.System);

    protected override IEventStore Store => _store;

    protected override IEventStore OtherStore => _store;

    [Theory]
    [InlineData(AppendFault.UnknownBeforeCommit, 0)]
    [InlineData(AppendFault.UnknownAfterCommit, 1)]
    public async Task An_outcome_that_nobody_can_find_out_is_unknown(AppendFault fault, int events)
    {
        _store.Fault = _ => fault;
        var stream = NewStream();
        await Assert.ThrowsAsync<AppendOutcomeUnknownException>(() => _store.Append(On(stream, StreamHead.None, NewEvent()), None));
        Assert.Equal(events, (await ReadAll(stream)).Count);
    }

    [Fact]
    public async Task An_unavailable_store_writes_nothing()
    {
        _store.Fault = _ => AppendFault.Unavailable;
        var stream = NewStream();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _store.Append(On(stream, StreamHead.None, NewEvent()), None));
        Assert.Empty(await ReadAll(stream));
    }

    protected override async Task<AppendResult> AppendDespite(Loss loss, Append append, Func<Task>? meanwhile = null)
    {
        var attempts = 0;
        _store.Fault = asked =>
        {
            if (asked != append)
                return AppendFault.None;
            if (attempts++ == 0)
                return loss == Loss.Reply ? AppendFault.LoseReply : AppendFault.FailBeforeCommit;
            // In memory every call completes at once, so this does not wait for anybody.
            meanwhile?.Invoke().GetAwaiter().GetResult();
            return AppendFault.None;
        };
        var result = await _store.Append(append, None);
        Assert.Equal(2, attempts);
        _store.Fault = null;
        return result;
    }
}
