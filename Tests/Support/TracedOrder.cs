using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using OrleansOrders.Domain.Ports;
using OrleansOrders.EventStore;

namespace OrleansOrders.Tests.Support;

/// <summary>One order that is placed in a trace of its own, and what must be found of it: in either edition the same.</summary>
public sealed class TracedOrder(HttpClient client) : IDisposable
{
    private const string Customer = "lovelace";

    private static readonly string[] Steps = ["ReserveStock", "AuthorizePayment", "ConfirmOrder", "CreateShipment", "CapturePayment"];
    private static readonly string[] ReadModels = ["order_details", "customer_orders", "order_search", "sales", "stock_levels", "fulfilment_board"];

    public SpanCollector Spans { get; } = new();

    public async Task Place()
    {
        await Send(HttpMethod.Put, $"/v1/customers/{Customer}", new { email = $"{Customer}@example.com", name = Customer });
        await Send(HttpMethod.Post, "/v1/stock/tea/receipts", new { quantity = 10 });
        await Send(
            HttpMethod.Post, "/v1/orders", new
            {
                customerId = Customer, currency = "GBP", paymentMethod = "pm_ok", lines = new[] { new { sku = "tea", quantity = 3, unitPrice = 450 } },
            }, Spans.TraceParent);
    }

    /// <summary>Everything is there and hangs together, up to the request.</summary>
    public async Task WaitForAll(params string[] others)
    {
        var wanted = Steps.Select(step => $"step {step}").Concat(ReadModels.Select(model => $"project {model}"))
            .Concat(["POST /v1/orders", "CreateOrder", "react order-placed.v1", "notify placed"]).Concat(others).ToList();
        try
        {
            await Eventually.True(() => wanted.TrueForAll(Spans.Has) && Spans.Orphans().Count == 0, TimeSpan.FromSeconds(60));
        }
        catch (Exception)
        {
            Assert.Equal("", string.Join(", ", wanted.Except(Spans.Ended.Select(span => span.DisplayName))));
            Assert.Empty(Spans.Orphans());
            throw;
        }
        Assert.Contains(Spans.Ended, span => span.Events.Any(one => one.Name == "append" && one.Tags.Any(tag => tag.Key == "orders.position")));
        Assert.Equal(["notify placed", "CreateOrder", "POST /v1/orders"], Spans.PathOf("notify placed"));
        Assert.Equal(
            ["RecordCaptured", "step CapturePayment", "react order-placed.v1", "CreateOrder", "POST /v1/orders"], Spans.PathOf("RecordCaptured"));
        Assert.All(Spans.Ended, span => Assert.NotEqual(ActivityStatusCode.Error, span.Status));
        Assert.DoesNotContain(
            Spans.Ended.SelectMany(span => span.Tags), tag => tag.Value is { } text && text.Contains(Customer, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Every event of the order says the same, so that whoever reads them later goes on in the trace.</summary>
    public async Task FindInLog(IEventStore store)
    {
        var placed = Spans.Ended.Single(span => span.DisplayName == "CreateOrder");
        var stored = await store.ReadLog(0, 1_000, default);
        var own = stored.Where(one => one.Stream.Type is "order" or "payment" or "fulfilment" or "shipment").ToList();
        Assert.True(own.Count > 15);
        Assert.All(own, one =>
        {
            using var metadata = JsonDocument.Parse(one.Metadata);
            var parent = metadata.RootElement.GetProperty("traceparent").GetString()!;
            Assert.StartsWith($"00-{Spans.Trace.ToHexString()}-", parent, StringComparison.Ordinal);
            Assert.Contains(Spans.Ended, span => span.Id == parent);
            Assert.True(one.Type != "order-placed.v1" || parent == placed.Id);
        });
    }

    public void Dispose() => Spans.Dispose();

    private async Task Send(HttpMethod method, string path, object body, string? trace = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", path);
        if (trace is not null)
            request.Headers.Add("traceparent", trace);
        (await client.SendAsync(request)).EnsureSuccessStatusCode();
    }
}

/// <summary>Notes in which trace it was called.</summary>
public sealed class TracingNotifier : INotifier
{
    public ConcurrentQueue<string?> Traces { get; } = [];

    public Task Notify(CustomerMessage message, CancellationToken cancellation)
    {
        Traces.Enqueue(Activity.Current?.TraceId.ToHexString());
        return Task.CompletedTask;
    }
}
