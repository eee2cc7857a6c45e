using OrleansOrders.EventStore;
using OrleansOrders.ReadModels;
using OrleansOrders.Tests.ReadModels.Support;

namespace OrleansOrders.Tests.ReadModels;

/// <summary>Several readers far from the log's end.</summary>
public sealed class SharedLogTests
{
    private const int Batch = 20;
    private const int Events = 400;

    private static readonly ReadModelsOptions Small = new() { BatchEvents = Batch, SharedEvents = 4 * Batch };

    [Fact]
    public async Task Readers_who_go_on_at_different_speeds_see_every_event_once_and_in_order_and_the_log_is_read_once()
    {
        var (counter, shared) = await Create(TimeProvider.System);
        var readers = Enumerable.Range(0, 3).Select(_ => shared.Join()).ToList();

        var seen = await Task.WhenAll(readers.Select((reader, slowness) => Task.Run(() => ReadAll(reader, slowness))));

        Assert.All(seen, positions => Assert.Equal(Enumerable.Range(1, Events).Select(position => (long)position), positions));
        Assert.True(counter.EventsRead < 2 * Events, $"{counter.EventsRead} events were read for a log of {Events}.");
    }

    [Fact]
    public async Task A_reader_who_does_not_go_on_holds_the_others_up_for_a_moment_only()
    {
        var (_, shared) = await Create(TimeProvider.System);
        var (stuck, other) = (shared.Join(), shared.Join());
        await stuck.Read(0, Batch, default);

        Assert.Equal(Events, (await ReadAll(other, 0)).Count);
        Assert.Equal(Enumerable.Range(Batch + 1, Batch).Select(position => (long)position), Positions(await stuck.Read(Batch, Batch, default)));
    }

    [Fact]
    public async Task Nobody_waits_for_a_reader_who_pauses()
    {
        var (_, shared) = await Create(new StoppedClock());
        var (paused, other) = (shared.Join(), shared.Join());
        await paused.Read(0, Batch, default);
        paused.Pause();

        // The clock stands still: whoever waited for the paused one would wait for ever.
        Assert.Equal(Events, (await ReadAll(other, 0).WaitAsync(TimeSpan.FromSeconds(30))).Count);
    }

    private static async Task<(CountingLog Counter, SharedLog Shared)> Create(TimeProvider time)
    {
        var log = new InMemoryEventStore(TimeProvider.System);
        var history = new SmallHistory(log);
        for (var i = 0; i < Events; i++)
            await history.Receive($"sku{i}");
        var (counted, counter) = CountingLog.Over(log);
        return (counter, new SharedLog(counted, Small, time));
    }

    private static async Task<List<long>> ReadAll(SharedLog.Reader reader, int slowness)
    {
        var seen = new List<long>();
        while (await reader.Read(seen.Count, Batch, default) is { IsEmpty: false } entries)
        {
            seen.AddRange(Positions(entries));
            for (var i = 0; i < slowness * 5; i++)
                await Task.Yield();
        }
        reader.Pause();
        return seen;
    }

    private static IEnumerable<long> Positions(ReadOnlyMemory<LogEntry> entries) => entries.ToArray().Select(entry => entry.Position);

    private sealed class StoppedClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
