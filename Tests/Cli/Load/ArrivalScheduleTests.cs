using OrleansOrders.Cli.Load;

namespace OrleansOrders.Tests.Cli.Load;

public sealed class ArrivalScheduleTests
{
    [Fact]
    public void The_same_seed_gives_the_same_arrivals() => Assert.Multiple(
        () => Assert.Equal(Take(7, 1_000), Take(7, 1_000)),
        () => Assert.NotEqual(Take(7, 1_000), Take(8, 1_000)));

    [Fact]
    public void Arrivals_have_the_rate_and_gaps_that_know_nothing_of_each_other()
    {
        var arrivals = Take(1, 20_000);
        var gaps = arrivals.Zip(arrivals.Skip(1), (first, second) => (second - first).TotalMilliseconds).ToList();
        var mean = gaps.Average();
        var deviation = Math.Sqrt(gaps.Average(gap => (gap - mean) * (gap - mean)));

        Assert.InRange(mean, 1.96, 2.04);
        // An exponential distribution deviates by its mean, and falls below it in 63 of a hundred cases.
        Assert.InRange(deviation / mean, 0.96, 1.04);
        Assert.InRange(gaps.Count(gap => gap < mean) / (double)gaps.Count, 0.62, 0.645);
        Assert.All(gaps, gap => Assert.True(gap >= 0));
    }

    private static List<TimeSpan> Take(int seed, int count)
    {
        var schedule = new ArrivalSchedule(500, seed);
        return [.. Enumerable.Range(0, count).Select(_ => schedule.Next())];
    }
}
