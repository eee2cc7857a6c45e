using OrleansOrders.Cli.Standalone;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cli.Standalone;

public sealed class TraceTests
{
    [Fact]
    public async Task An_order_is_one_trace_from_its_request_to_its_notification()
    {
        var notifier = new TracingNotifier();
        await using var database = await TestDatabase.Create();
        await using var host = await StandaloneHost.Start(new StandaloneOptions(database.ConnectionString) { Notifier = notifier });
        using var client = new HttpClient { BaseAddress = new Uri(host.BaseUrl) };
        using var order = new TracedOrder(client);
        await order.Place();
        await order.WaitForAll();
        await order.FindInLog(host.Store);
        Assert.Equal(order.Spans.Trace.ToHexString(), Assert.Single(notifier.Traces));
    }
}
