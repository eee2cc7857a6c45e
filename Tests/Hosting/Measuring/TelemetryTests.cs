using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using OrleansOrders.Hosting;
using OrleansOrders.Hosting.Measuring;

namespace OrleansOrders.Tests.Hosting.Measuring;

/// <summary>What OpenTelemetry's variables say is done, in its own protocol.</summary>
public sealed class TelemetryTests
{
    [Fact]
    public async Task Traces_and_metrics_are_sent_where_the_variables_say_under_the_name_that_they_say()
    {
        var sent = new ConcurrentQueue<(string Path, string Body)>();
        await using var collector = await Collect(sent);
        using var source = new ActivitySource("OrleansOrders.Tests.Sending");
        using var meter = new Meter("OrleansOrders.Tests.Sending");
        await using (Telemetry.Start("tests", Variables(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Urls.Single()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_SERVICE_NAME", "named-otherwise"))))
        {
            meter.CreateCounter<long>("tests.sent").Add(1);
            using var span = source.StartActivity("a span that is sent");
            Assert.NotNull(span);
        }
        Assert.Contains(sent, one => one.Path == "/v1/traces" && one.Body.Contains("a span that is sent", StringComparison.Ordinal));
        Assert.Contains(sent, one => one.Path == "/v1/metrics" && one.Body.Contains("tests.sent", StringComparison.Ordinal));
        Assert.All(sent, one => Assert.Contains("named-otherwise", one.Body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_is_traced_where_nothing_is_sent()
    {
        using var source = new ActivitySource("OrleansOrders.Tests.Silent");
        await using (Telemetry.Start("tests", Variables()))
            Assert.False(source.HasListeners());
        await using (Telemetry.Start("tests", Variables(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:1"), ("OTEL_TRACES_EXPORTER", "none"), ("OTEL_METRICS_EXPORTER", "none"))))
            Assert.False(source.HasListeners());
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")]
    public void An_address_that_is_none_is_refused_by_its_name(string variable)
    {
        var refused = Assert.Throws<Failure>(() => Telemetry.Start("tests", Variables((variable, "collector"))));
        Assert.Equal(ExitCodes.BadInput, refused.ExitCode);
        Assert.Contains(variable, refused.Message, StringComparison.Ordinal);
    }

    private static IConfiguration Variables(params (string Name, string Value)[] variables) => new ConfigurationBuilder()
        .AddInMemoryCollection(variables.Select(variable => new KeyValuePair<string, string?>(variable.Name, variable.Value))).Build();

    private static async Task<WebApplication> Collect(ConcurrentQueue<(string Path, string Body)> sent)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var collector = builder.Build();
        collector.Urls.Add("http://127.0.0.1:0");
        collector.MapPost("/{**path}", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            sent.Enqueue((request.Path, Encoding.Latin1.GetString(body.ToArray())));
        });
        await collector.StartAsync();
        return collector;
    }
}
