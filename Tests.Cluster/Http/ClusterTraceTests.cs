using OrleansOrders.Domain;
using OrleansOrders.Engine;
using OrleansOrders.EventStore;
using OrleansOrders.Grains;
using OrleansOrders.Grains.Interfaces;
using OrleansOrders.Hosting;
using OrleansOrders.Kafka;
using OrleansOrders.Tests.Cluster.Support;
using OrleansOrders.Tests.Http.Support;
using OrleansOrders.Tests.Kafka.Support;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Cluster.Http;

/// <summary>The same trace where an order goes through a gateway, grains, and Kafka.</summary>
public sealed class ClusterTraceTests
{
    [Fact]
    public async Task An_order_is_one_trace_from_its_request_through_kafka_to_its_notification()
    {
        var (time, notifier) = (TimeProvider.System, new TracingNotifier());
        await using var parts = new Parts();
        using var broker = new MockCluster();
        foreach (var topic in PublishedEvents.Topics.Append(PublishedEvents.DeadLetterTopic))
            broker.CreateTopic(topic, PublishedEvents.Partitions);
        var database = parts.Keep(await TestDatabase.Create([.. Schema.Sets]));
        var silo = parts.Keep(await TestSilo.Start(database, options: new OrdersSiloOptions(database.ConnectionString)
        {
            Notifier = notifier,
            Kafka = new KafkaOptions
            {
                BootstrapServers = broker.BootstrapServers, Settings = new Dictionary<string, string> { ["fetch.wait.max.ms"] = "5" },
            },
        }));
        var client = parts.Keep(await TestClient.Connect(silo));
        var history = parts.Keep(new Aggregates(silo.Store, new EngineOptions()));
        var aggregates = new GrainAggregates(client.Cluster, history, time, TimeSpan.FromSeconds(15));
        var server = parts.Keep(await ApiServer.Start(aggregates, silo.ReadModels));
        using var http = new HttpClient { BaseAddress = server.BaseAddress };

        using var order = new TracedOrder(http);
        await order.Place();
        await order.WaitForAll("publish order-placed.v1", "publish payment-captured.v1", "publish fulfilment-completed.v1", "journal.append");
        await order.FindInLog(silo.Store);
        Assert.Equal(order.Spans.Trace.ToHexString(), Assert.Single(notifier.Traces));
    }
}
