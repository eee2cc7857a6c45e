using OrleansOrders.Domain;
using OrleansOrders.Domain.Ports;
using OrleansOrders.Engine;
using OrleansOrders.EventStore;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Engine;

/// <summary>Whoever reads gets the stream as it was when he asked, or newer, whatever this process still believes.</summary>
public sealed class FreshReadTests
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly InMemoryEventStore store = new(TimeProvider.System);

    [Fact]
    public async Task A_read_that_waited_for_a_command_sees_what_another_process_wrote_meanwhile()
    {
        var slow = new StoreWithSlowReplies(store);
        await using var here = new Aggregates(slow, new EngineOptions());
        await using var elsewhere = new Aggregates(store, new EngineOptions());
        var command = Receive(here, "first", 1);
        await slow.Committed.WaitAsync(TimeSpan.FromSeconds(30));
        await Receive(elsewhere, "second", 2);
        var read = here.Load<StockState>("t", "tea", PointInTime.Latest, CancellationToken.None);
        slow.Answer();
        await command;
        Assert.Equal(2, (await read).Version);
        Assert.Equal(3, (await read).State.Received);
    }

    private static Task<CommandOutcome> Receive(Aggregates engine, string key, long quantity) => engine.Execute(
        "tea", new ReceiveStock(quantity, Now), new CommandContext("t", Ids.Derive(key), "test", Ids.Derive(key)), CancellationToken.None);

    /// <summary>Commits at once, and answers when it is told to.</summary>
    private sealed class StoreWithSlowReplies(IEventStore inner) : StoreInBetween(inner)
    {
        private readonly TaskCompletionSource committed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Committed => committed.Task;

        public void Answer() => answer.SetResult();

        public override async Task<AppendResult> Append(Append append, CancellationToken cancellation)
        {
            var result = await Inner.Append(append, cancellation);
            committed.TrySetResult();
            await answer.Task;
            return result;
        }
    }
}
