using System.Diagnostics.Metrics;
using System.Text;
using OrleansOrders.Hosting.Measuring;

namespace OrleansOrders.Tests.Hosting.Measuring;

/// <summary>What meters gather, written as Prometheus reads it. Each test has instruments of its own: all of a process are gathered together.</summary>
public sealed class PrometheusTextTests : IAsyncLifetime, IDisposable
{
    private readonly Meter meter = new("OrleansOrders.Tests");
    private readonly Telemetry telemetry = Telemetry.Start("tests");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await telemetry.DisposeAsync();

    public void Dispose() => meter.Dispose();

    [Fact]
    public void A_counter_ends_in_total_and_goes_on_from_where_it_was()
    {
        var counter = meter.CreateCounter<long>("tests.counted", "{thing}", "Things.");
        counter.Add(2, new KeyValuePair<string, object?>("kind", "a"));
        Assert.Equal(["# HELP tests_counted_total Things.", "# TYPE tests_counted_total counter", "tests_counted_total{kind=\"a\"} 2"], Lines("tests_counted"));
        counter.Add(3, new KeyValuePair<string, object?>("kind", "a"));
        Assert.Contains("tests_counted_total{kind=\"a\"} 5", Lines("tests_counted"));
    }

    [Fact]
    public void A_gauge_says_its_unit_and_is_a_number_in_every_culture()
    {
        meter.CreateObservableGauge("tests.gauged", () => 1234.5, "By", "Bytes.");
        Assert.Equal(["# HELP tests_gauged_bytes Bytes.", "# TYPE tests_gauged_bytes gauge", "tests_gauged_bytes 1234.5"], Lines("tests_gauged"));
    }

    [Fact]
    public void A_histograms_buckets_hold_those_below_them_as_well()
    {
        var histogram = meter.CreateHistogram<double>(
            "tests.timed", "s", "Times.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1] });
        foreach (var seconds in (double[])[0.25, 0.5, 0.75, 2])
            histogram.Record(seconds);
        Assert.Equal(
            [
                "tests_timed_seconds_bucket{le=\"0.5\"} 2", "tests_timed_seconds_bucket{le=\"1\"} 3", "tests_timed_seconds_bucket{le=\"+Inf\"} 4",
                "tests_timed_seconds_sum 3.5", "tests_timed_seconds_count 4",
            ],
            Lines("tests_timed").Skip(2));
    }

    [Fact]
    public void A_label_does_not_break_out_of_its_quotes()
    {
        meter.CreateCounter<long>("tests.quoted").Add(1, new KeyValuePair<string, object?>("a.name", "x\"} 1\n\\y"));
        Assert.Equal("tests_quoted_total{a_name=\"x\\\"} 1\\n\\\\y\"} 1", Lines("tests_quoted")[^1]);
    }

    [Fact]
    public void What_two_hosts_measure_under_one_name_is_one_family_and_no_series_comes_twice()
    {
        using var other = new Meter(meter.Name);
        meter.CreateObservableGauge("tests.shared", () => new Measurement<int>(1, new KeyValuePair<string, object?>("host", "one")));
        other.CreateObservableGauge("tests.shared", () => new Measurement<int>(2, new KeyValuePair<string, object?>("host", "two")));
        using var third = new Meter(meter.Name);
        third.CreateObservableGauge("tests.shared", () => new Measurement<int>(3, new KeyValuePair<string, object?>("host", "one")));
        var lines = Lines("tests_shared");
        Assert.Single(lines, line => line.StartsWith("# TYPE", StringComparison.Ordinal));
        Assert.Single(lines, line => line.Contains("host=\"one\"", StringComparison.Ordinal));
        Assert.Contains("tests_shared{host=\"two\"} 2", lines);
    }

    [Fact]
    public void How_a_pool_connects_is_not_written_where_nobody_has_named_it()
    {
        using var pools = new Meter("Npgsql");
        pools.CreateObservableGauge("db.client.connection.max", () => new Measurement<int>(
            77, new KeyValuePair<string, object?>("db.client.connection.pool.name", "Host=db.internal;Username=owner")));
        var text = Encoding.UTF8.GetString(telemetry.WriteMetrics().Span);
        Assert.Contains("db_client_connection_max{db_client_connection_pool_name=\"other\"}", text, StringComparison.Ordinal);
        Assert.DoesNotContain("db.internal", text, StringComparison.Ordinal);
    }

    private List<string> Lines(string name) => [.. Encoding.UTF8.GetString(telemetry.WriteMetrics().Span).Split('\n').Where(line =>
        line.StartsWith(name, StringComparison.Ordinal) || line.StartsWith($"# HELP {name}", StringComparison.Ordinal)
        || line.StartsWith($"# TYPE {name}", StringComparison.Ordinal))];
}
