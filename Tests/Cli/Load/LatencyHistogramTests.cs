using OrleansOrders.Cli.Load;

namespace OrleansOrders.Tests.Cli.Load;

public sealed class LatencyHistogramTests
{
    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void A_percentile_is_never_too_low_and_at_most_a_128th_too_high(int seed)
    {
        var random = new Random(seed);
        // From a microsecond to hours, each order of magnitude as likely as the next.
        var micros = Enumerable.Range(0, 20_000).Select(_ => (long)Math.Pow(10, random.NextDouble() * 10)).Order().ToArray();
        var histogram = new LatencyHistogram();
        foreach (var value in micros)
            histogram.Record(TimeSpan.FromMicroseconds(value));

        Assert.Equal(micros.Length, histogram.Count);
        Assert.Equal(micros[^1], histogram.Maximum.TotalMicroseconds);
        Assert.Equal(histogram.Maximum, histogram.Percentile(1));
        foreach (var share in new[] { 0.0001, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999, 0.99995 })
        {
            var truth = micros[(int)Math.Ceiling(share * micros.Length) - 1];
            Assert.InRange(histogram.Percentile(share).TotalMicroseconds, truth, truth * (1 + 1.0 / 128));
        }
    }

    [Fact]
    public void Below_128_microseconds_it_is_exact_and_parts_of_one_count_as_a_whole()
    {
        for (var micros = 0; micros < 128; micros++)
        {
            var histogram = new LatencyHistogram();
            histogram.Record(TimeSpan.FromMicroseconds(micros));
            histogram.Record(TimeSpan.FromHours(1));
            Assert.Equal(micros, histogram.Percentile(0.5).TotalMicroseconds);
        }
        var parts = new LatencyHistogram();
        parts.Record(TimeSpan.FromTicks(1));
        Assert.Equal(1, parts.Maximum.TotalMicroseconds);
    }

    [Fact]
    public void What_is_out_of_range_is_counted_all_the_same()
    {
        var histogram = new LatencyHistogram();
        Assert.Equal(TimeSpan.Zero, histogram.Percentile(0.99));
        histogram.Record(TimeSpan.FromSeconds(-1));
        histogram.Record(TimeSpan.FromDays(400));
        Assert.Equal(2, histogram.Count);
        Assert.Equal(TimeSpan.Zero, histogram.Percentile(0.5));
        Assert.Equal(TimeSpan.FromDays(400), histogram.Maximum);
        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.Percentile(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => histogram.Percentile(1.01));
    }

    [Fact]
    public async Task Many_threads_lose_nothing()
    {
        var histogram = new LatencyHistogram();
        await Task.WhenAll(Enumerable.Range(1, 8).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++)
                histogram.Record(TimeSpan.FromMicroseconds(thread * 1_000 + i));
        })));
        Assert.Equal(80_000, histogram.Count);
        Assert.Equal(17_999, histogram.Maximum.TotalMicroseconds);
    }
}
