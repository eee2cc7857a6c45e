using OrleansOrders.Hosting.Measuring;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Tidy.Docs;

/// <summary>The page lists what the code measures: no name too many, none too few.</summary>
public sealed class MetricTests
{
    // The platform's and the database driver's own, of which a test with a running host sees which are there.
    private static readonly string[] Foreign = ["dotnet.", "db.client.", "kestrel."];

    [Fact]
    public void Every_metric_that_the_code_makes_is_on_the_page_and_no_other()
    {
        var documented = Metrics.Documented.Select(metric => metric.Instrument)
            .Where(name => !Foreign.Any(foreign => name.StartsWith(foreign, StringComparison.Ordinal)));
        Assert.Equal(Metrics.Made.Select(made => made.Instrument).Distinct().Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
        Assert.Distinct(Metrics.Documented.Select(metric => metric.Name));
    }

    [Fact]
    public void Every_instrument_is_found_in_the_source()
    {
        // Whoever makes one under a computed name would hide it from the test above.
        var calls = SourceFiles.CSharp.Where(file => !file.StartsWith("Tests", StringComparison.Ordinal)).Sum(file =>
            CSharpText.CodeOf(Repository.Read(file)).Split("eter.Create").Length - 1);
        Assert.Equal(calls, Metrics.Made.Count);
    }

    [Fact]
    public void Every_type_and_name_is_what_prometheus_is_given()
    {
        var made = Metrics.Made.ToLookup(instrument => instrument.Instrument, instrument => instrument.Kind);
        Assert.All(Metrics.Documented.Where(metric => made.Contains(metric.Instrument)), metric =>
        {
            var kind = made[metric.Instrument].First();
            Assert.Equal(kind switch { "Counter" => "counter", "Histogram" => "histogram", _ => "gauge" }, metric.Type);
            Assert.Contains(metric.Name, ((string[])["", "s", "By"]).Select(unit => PrometheusNames.Of(metric.Instrument, unit, kind == "Counter")));
        });
    }
}
