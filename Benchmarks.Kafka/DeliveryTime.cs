using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansOrders.Benchmarks.Cluster;
using OrleansOrders.Cli.Bench;
using OrleansOrders.Domain;
using OrleansOrders.EventStore;
using OrleansOrders.Kafka;

namespace OrleansOrders.Benchmarks.Kafka;

/// <summary>
/// How long an event takes from its commit to a consumer, at 1,000 a second that do not wait for each other. The clock is
/// the database's time of recording, which is a little before the commit.
/// </summary>
internal static class DeliveryTime
{
    private const int PerSecond = 1_000;
    private const int Seconds = 15;
    private const double MostMedian = 25;

    private static readonly CancellationToken None = CancellationToken.None;

    public static async Task Run(BenchDatabase database, Report report)
    {
        using var broker = new Broker();
        var (options, source) = (broker.Options, database.Source);
        await using var store = new PostgresEventStore(source, new EventStoreOptions(), TimeProvider.System);
        await using var publisher = new Publisher(options, source, store, NullLogger<Publisher>.Instance, TimeProvider.System);
        publisher.Start();
        while ((await PublisherStatus.Read(source, None)) is not { Lag: 0, State: PublisherState.Publishing })
            await Task.Delay(20);
        var start = await store.ReadEnd(None);
        var receiving = Task.Run(() => Receive(options, start, PerSecond * Seconds));
        await Task.Delay(2000);
        await Write(store);
        var delays = (await receiving).Skip(PerSecond * 2).Order().ToList();
        var (median, late) = (delays[delays.Count / 2], delays[delays.Count * 99 / 100]);
        report.Judge($"commit to delivery at {PerSecond}/s, p50", "ms", median, "below 25", median < MostMedian);
        report.Say($"commit to delivery at {PerSecond}/s, p99: {late:n1} ms");
        report.Figures["delivery p99 ms"] = late;
    }

    private static async Task Write(PostgresEventStore store)
    {
        var started = TimeProvider.System.GetTimestamp();
        var pending = new List<Task>();
        for (var number = 0; number < PerSecond * Seconds;)
        {
            for (var due = TimeProvider.System.GetElapsedTime(started).TotalSeconds * PerSecond; number < due && number < PerSecond * Seconds; number++)
            {
                var stream = new StreamName("default", "order", $"d{number:x8}");
                var added = new NewEvent(
                    Guid.NewGuid(), "order-placed.v1", Encoding.UTF8.GetBytes("""{"at":"2026-11-21T10:00:00Z"}"""),
                    """{"actor":"bench"}"""u8.ToArray(), TimeProvider.System.GetUtcNow());
                pending.Add(store.Append(new Append(stream, StreamHead.None, [added], null), None));
            }
            await Task.Delay(1);
        }
        await Task.WhenAll(pending);
    }

    private static List<double> Receive(KafkaOptions options, long after, int count)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = options.BootstrapServers,
            GroupId = "bench",
            EnableAutoCommit = false,
            FetchWaitMaxMs = 5,
        }).Build();
        consumer.Assign(
            from partition in Enumerable.Range(0, PublishedEvents.Partitions)
            select new TopicPartitionOffset("orders.order", partition, Offset.End));
        var delays = new List<double>(count);
        while (delays.Count < count)
        {
            if (consumer.Consume(TimeSpan.FromSeconds(30)) is not { } consumed)
                throw new TimeoutException($"Only {delays.Count} of {count} events have arrived.");
            if (EventMessage.TryRead(consumed, out var published, out _) && published.Recorded.Position > after)
                delays.Add((TimeProvider.System.GetUtcNow() - published.Recorded.RecordedAt).TotalMilliseconds);
        }
        return delays;
    }
}
