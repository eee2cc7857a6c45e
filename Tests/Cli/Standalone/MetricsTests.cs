using System.Net.Http.Json;
using System.Text.RegularExpressions;
using OrleansOrders.Cli.Standalone;
using OrleansOrders.Tests.Support;
using OrleansOrders.Tests.Tidy.Docs;

namespace OrleansOrders.Tests.Cli.Standalone;

/// <summary>What a running host gives Prometheus, after an order.</summary>
public sealed partial class MetricsTests
{
    // An order more makes no series more; a label with a hundred values would.
    private const int MostSeries = 90;

    [Fact]
    public async Task Everything_that_is_measured_is_documented_with_its_type_and_labels_and_names_no_order()
    {
        await using var database = await TestDatabase.Create();
        await using var host = await StandaloneHost.Start(new StandaloneOptions(database.ConnectionString));
        using var client = new HttpClient { BaseAddress = new Uri(host.BaseUrl) };
        await Post(client, "/v1/stock/tea/receipts", new { quantity = 10 });
        await Post(client, "/v1/orders", new
        {
            customerId = "lovelace", currency = "GBP", paymentMethod = "pm_ok", lines = new[] { new { sku = "tea", quantity = 3, unitPrice = 450 } },
        });
        await client.GetAsync("/nowhere");
        var text = "";
        await Eventually.True(async () =>
            (text = await client.GetStringAsync("/metrics")).Contains("step=\"CapturePayment\"", StringComparison.Ordinal)
            && text.Contains("orders_log_position", StringComparison.Ordinal));

        var documented = Metrics.Documented.ToDictionary(metric => metric.Name);
        var types = Type().Matches(text).ToDictionary(type => type.Groups[1].Value, type => type.Groups[2].Value);
        Assert.Empty(types.Keys.Except(documented.Keys));
        Assert.All(types, type => Assert.Equal(documented[type.Key].Type, type.Value));
        var series = Series().Matches(text).Select(match => (Name: match.Groups[1].Value, Labels: match.Groups[2].Value)).ToList();
        Assert.All(series.GroupBy(one => types.ContainsKey(one.Name) ? one.Name : Metrics.FamilyOf(one.Name)), family =>
        {
            var labels = family.SelectMany(one => LabelName().Matches(one.Labels).Select(label => label.Groups[1].Value)).Distinct().Except(["le"]);
            Assert.Empty(labels.Except(documented[family.Key].Labels));
            Assert.InRange(family.Count(one => !one.Labels.Contains("le=", StringComparison.Ordinal)), 0, MostSeries);
        });
        Assert.DoesNotContain("tea", text, StringComparison.Ordinal);
        Assert.DoesNotContain("lovelace", text, StringComparison.Ordinal);
        Assert.DoesNotContain("nowhere", text, StringComparison.Ordinal);
        Assert.Matches("orders_http_duration_seconds_count\\{operation=\"createOrder\",status=\"201\"\\} [1-9]", text);
        Assert.Matches("orders_command_duration_seconds_count\\{aggregate=\"payment\",outcome=\"done\"\\} [1-9]", text);
        Assert.Matches("orders_http_problems_total\\{code=\"route-not-found\",operation=\"none\"\\} [1-9]", text);
    }

    private static async Task Post(HttpClient client, string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", path);
        (await client.SendAsync(request)).EnsureSuccessStatusCode();
    }

    [GeneratedRegex(@"^# TYPE (\w+) (\w+)$", RegexOptions.Multiline)]
    private static partial Regex Type();

    [GeneratedRegex(@"^(\w+)(?:\{(.*)\})? [-+.\w]+$", RegexOptions.Multiline)]
    private static partial Regex Series();

    [GeneratedRegex(@"(?:^|,)(\w+)=""")]
    private static partial Regex LabelName();
}
