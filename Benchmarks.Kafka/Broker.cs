using OrleansOrders.Domain;
using OrleansOrders.Kafka;
using OrleansOrders.Tests.Kafka.Support;

namespace OrleansOrders.Benchmarks.Kafka;

/// <summary>The broker that the environment names, whose topics may be written to; without it, librdkafka's mock cluster in this process.</summary>
internal sealed class Broker : IDisposable
{
    private const string Variable = "ORDERS_TEST_KAFKA";

    private readonly MockCluster? mock;

    public Broker() : this(Environment.GetEnvironmentVariable(Variable))
    {
    }

    private Broker(string? given)
    {
        mock = given is { Length: > 0 } ? null : new MockCluster();
        foreach (var topic in PublishedEvents.Topics.Append(PublishedEvents.DeadLetterTopic))
            mock?.CreateTopic(topic, PublishedEvents.Partitions);
        Options = new KafkaOptions { BootstrapServers = mock?.BootstrapServers ?? given! };
    }

    /// <summary>The mock cluster, whatever the environment names: topics belong to one log, and a run may have several.</summary>
    public static Broker OfOneLog() => new(null);

    public KafkaOptions Options { get; }

    public string Name => mock is null ? Variable : "the mock cluster";

    public void Dispose() => mock?.Dispose();
}
