using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Confluent.Kafka;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using OrleansOrders.Grains.KafkaStreams;
using OrleansOrders.Tests.Kafka.Support;

namespace OrleansOrders.Tests.Cluster.KafkaStreams;

/// <summary>A broker with one topic of four partitions, and silos that read it.</summary>
internal sealed class StreamsUnderTest : IAsyncDisposable
{
    public const string Topic = "texts";
    public const int Partitions = 4;

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<IHost> silos = [];
    private readonly string test = Guid.NewGuid().ToString("n");
    private readonly int primaryPort = FreePort();
    private readonly IProducer<string, byte[]> producer;

    public StreamsUnderTest()
    {
        Broker.CreateTopic(Topic, Partitions);
        producer = new ProducerBuilder<string, byte[]>(new ProducerConfig { BootstrapServers = Broker.BootstrapServers, Partitioner = Partitioner.Murmur2Random }).Build();
    }

    public MockCluster Broker { get; } = new();

    public Collected Collected => CollectorGrain.Of(test);

    public async Task<IHost> StartSilo(Action<KafkaStreamOptions>? configure = null)
    {
        var (first, port) = (silos.Count == 0, silos.Count == 0 ? primaryPort : FreePort());
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(port, FreePort(), first ? null : new IPEndPoint(IPAddress.Loopback, primaryPort), "streams", test)
            .AddKafkaStreams("kafka", options =>
            {
                options.Consumer = new ConsumerConfig { BootstrapServers = Broker.BootstrapServers, GroupId = test, FetchWaitMaxMs = 5 };
                options.Topics.Add(Topic, Partitions);
                options.Format = new TextFormat(test);
                options.CommitEvery = TimeSpan.FromMilliseconds(50);
                configure?.Invoke(options);
            }));
        var host = builder.Build();
        silos.Add(host);
        await host.StartAsync();
        return host;
    }

    public async Task StopSilo(IHost silo)
    {
        silos.Remove(silo);
        await silo.StopAsync();
        silo.Dispose();
    }

    /// <summary>Numbers, as texts, to one key.</summary>
    public void Send(string key, int first, int count)
    {
        for (var i = first; i < first + count; i++)
            Send(key, System.Text.Encoding.UTF8.GetBytes(i.ToString(CultureInfo.InvariantCulture)));
        producer.Flush(Patience);
    }

    public void Send(string key, byte[] value)
    {
        while (true)
        {
            try
            {
                producer.Produce(Topic, new Message<string, byte[]> { Key = key, Value = value });
                return;
            }
            catch (ProduceException<string, byte[]> full) when (full.Error.Code == Confluent.Kafka.ErrorCode.Local_QueueFull)
            {
                producer.Poll(TimeSpan.FromMilliseconds(50));
            }
        }
    }

    public void Flush() => producer.Flush(Patience);

    /// <summary>The sum of what the group has committed.</summary>
    public long Committed()
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = Broker.BootstrapServers, GroupId = test }).Build();
        var partitions = Enumerable.Range(0, Partitions).Select(number => new TopicPartition(Topic, number));
        return consumer.Committed(partitions, Patience).Sum(offset => Math.Max(0, offset.Offset.Value));
    }

    public static IReadOnlyList<string> Numbers(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(number => number.ToString(CultureInfo.InvariantCulture))];

    public async ValueTask DisposeAsync()
    {
        Collected.Before = (_, _) => Task.CompletedTask;
        foreach (var silo in silos.AsEnumerable().Reverse().ToList())
            await StopSilo(silo);
        producer.Dispose();
        Broker.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
