using OrleansOrders.Cli.Simulation;
using OrleansOrders.EventStore;

namespace OrleansOrders.Tests.Cli.Simulation;

public sealed class SchedulerTests
{
    private readonly Scheduler scheduler = new(new Chance(1));
    private readonly List<string> seen = [];

    [Fact]
    public void Time_passes_only_when_there_is_nothing_left_to_do()
    {
        var clock = new SimulatedClock(new SimulatedProcess(scheduler, "one"), TimeSpan.Zero);
        var start = clock.GetUtcNow();
        scheduler.After(TimeSpan.FromHours(2), () => seen.Add($"late {clock.GetUtcNow() - start}"));
        scheduler.After(TimeSpan.FromHours(1), () => seen.Add($"early {clock.GetUtcNow() - start}"));
        scheduler.RunUntil(TimeSpan.FromMinutes(90));
        Assert.Equal(["early 01:00:00"], seen);
        scheduler.RunUntil(TimeSpan.FromHours(3));
        Assert.Equal(["early 01:00:00", "late 02:00:00"], seen);
        Assert.Equal(TimeSpan.FromHours(3), clock.GetUtcNow() - start);
    }

    [Fact]
    public void The_seed_orders_what_is_due_at_the_same_moment() => Assert.NotEqual(OrderOf(1), OrderOf(2));

    [Fact]
    public void The_same_seed_orders_it_in_the_same_way() => Assert.Equal(OrderOf(1), OrderOf(1));

    [Fact]
    public void A_process_that_was_killed_does_nothing_any_more()
    {
        var process = new SimulatedProcess(scheduler, "one");
        process.Enter(_ => _ = Work(new SimulatedClock(process, TimeSpan.Zero)), null);
        scheduler.RunUntil(TimeSpan.FromSeconds(1));
        process.Kill();
        scheduler.RunUntil(TimeSpan.FromSeconds(10));
        Assert.Equal(["begun"], seen);
    }

    [Fact]
    public void Work_that_begins_beside_its_caller_stays_in_the_one_thread()
    {
        var process = new SimulatedProcess(scheduler, "one");
        process.Enter(_ => Background.Run(() =>
        {
            seen.Add($"{Environment.CurrentManagedThreadId}");
            return Task.CompletedTask;
        }), null);
        Assert.Empty(seen);
        scheduler.RunUntil(TimeSpan.FromSeconds(1));
        Assert.Equal([$"{Environment.CurrentManagedThreadId}"], seen);
    }

    [Fact]
    public void Work_from_another_thread_is_refused()
    {
        Exception? refused = null;
        var other = new Thread(() => refused = Record.Exception(() => scheduler.After(TimeSpan.Zero, () => { })));
        other.Start();
        other.Join();
        Assert.IsType<InvalidOperationException>(refused);
    }

    private async Task Work(TimeProvider clock)
    {
        try
        {
            seen.Add("begun");
            await Task.Delay(TimeSpan.FromSeconds(5), clock);
            seen.Add("went on");
        }
        finally
        {
            seen.Add("cleaned up");
        }
    }

    private static string OrderOf(ulong seed)
    {
        var (scheduler, order) = (new Scheduler(new Chance(seed)), new List<int>());
        foreach (var i in Enumerable.Range(0, 20))
            scheduler.After(TimeSpan.Zero, () => order.Add(i));
        scheduler.RunUntil(TimeSpan.Zero);
        return string.Join(' ', order);
    }
}
