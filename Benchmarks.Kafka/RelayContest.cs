using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansOrders.Cli.Bench;
using OrleansOrders.EventStore;
using OrleansOrders.Kafka;

namespace OrleansOrders.Benchmarks.Kafka;

/// <summary>
/// R4: what publishing costs beside handing the same bytes to librdkafka: events read from the log, sent, acknowledged and
/// checkpointed, against messages that are there in memory. On the same broker and with the same settings; what starting costs is
/// counted on neither side. The mock cluster works in this process, so that its processor time is in that of both sides.
/// </summary>
internal sealed class RelayContest : IContest
{
    // In the first batch, before the clock starts; the native producer sends one message before as well.
    private const int Held = 1;

    private readonly BenchDatabase database;
    private readonly Broker broker;
    private readonly int events;
    private readonly PostgresEventStore store;
    private IReadOnlyList<(string Topic, int Partition, Message<byte[], byte[]> Message)> messages = [];

    private RelayContest(BenchDatabase database, Broker broker, int events)
    {
        (this.database, this.broker, this.events) = (database, broker, events);
        store = new PostgresEventStore(database.Source, new EventStoreOptions(), TimeProvider.System);
        Headline = new Headline(
            "R4", "relayed messages/s, acknowledged and checkpointed", $"librdkafka's own producer on {broker.Name}", "messages/s", 0.30, 0.45);
    }

    public Headline Headline { get; }

    /// <param name="events">In the log, each round anew: a multiple of 20,000.</param>
    public static async Task<RelayContest> Create(BenchServer server, int events, CancellationToken cancellation)
    {
        var contest = new RelayContest(await server.CreateDatabase(cancellation), new Broker(), events);
        await Fill(contest.database, events, cancellation);
        contest.messages = await Prepare(contest.store, events, cancellation);
        return contest;
    }

    public async Task<Measured> RunReference(TimeSpan time, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var producer = new NativeProducer(Settings(broker.Options), messages);
        var stretch = await Stretch.Measure(database.Server, () => Task.Run(producer.SendAll, cancellation));
        return stretch.Rate(messages.Count);
    }

    public Task<Measured> RunProduct(TimeSpan time, CancellationToken cancellation) => Publish(database, store, broker, 0, events, cancellation);

    /// <summary>What the log holds behind a position, which the topics may hold already.</summary>
    public static async Task<Measured> Publish(
        BenchDatabase database, IEventStore store, Broker broker, long after, int events, CancellationToken cancellation)
    {
        await database.Execute($"update kafka_publisher set position = {after}, leased_until = '-infinity'; delete from kafka_partitions", cancellation);
        var log = new HeldLog(store, after + Held);
        await using var publisher = new Publisher(broker.Options, database.Source, log, NullLogger<Publisher>.Instance, TimeProvider.System);
        publisher.Start();
        await WaitForCheckpoint(database, after + Held, cancellation);
        var stretch = await Stretch.Measure(database.Server, async () =>
        {
            log.Open();
            await WaitForCheckpoint(database, after + events, cancellation);
        });
        return stretch.Rate(events - Held);
    }

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        broker.Dispose();
        await database.DisposeAsync();
    }

    /// <summary>Events as orders make them, in 20,000 streams.</summary>
    private static async Task Fill(BenchDatabase database, int events, CancellationToken cancellation)
    {
        await database.Execute($$"""
            insert into streams (stream_key, tenant, stream_id, type, version, position, hash, created_at)
            select n, 'default', 'order-' || lpad(to_hex(n), 8, '0'), 'order', {{events}} / 20000, {{events}} - 20000 + n, decode(repeat('00', 32), 'hex'), now()
            from generate_series(1, 20000) n;
            insert into events (position, stream_key, version, event_id, occurred_at, recorded_at, tenant, stream_id, type, data, metadata, hash)
            select n, (n - 1) % 20000 + 1, (n - 1) / 20000 + 1, gen_random_uuid(), now(), now(), 'default',
                'order-' || lpad(to_hex((n - 1) % 20000 + 1), 8, '0'), 'order-item-added.v1',
                ('{"at":"2026-11-21T10:00:00Z","sku":"85123A","description":"WHITE HANGING HEART T-LIGHT HOLDER","quantity":' || n % 50
                    || ',"unitPrice":{"amount":255,"currency":"GBP"},"lineTotal":{"amount":1530,"currency":"GBP"},"note":"'
                    || md5(n::text) || '"}')::json,
                ('{"commandId":"' || gen_random_uuid() || '","correlationId":"' || gen_random_uuid() || '","actor":"bench","traceparent":"00-'
                    || md5(n::text) || '-00f067aa0ba902b7-01"}')::json,
                decode(repeat('00', 32), 'hex')
            from generate_series(1, {{events}}) n;
            update log set position = {{events}};
            select setval('streams_stream_key_seq', 20000);
            analyze events;
            """, cancellation);
    }

    /// <summary>The very messages that the publisher makes of them.</summary>
    private static async Task<List<(string, int, Message<byte[], byte[]>)>> Prepare(PostgresEventStore store, int events, CancellationToken cancellation)
    {
        var messages = new List<(string, int, Message<byte[], byte[]>)>(events);
        var (parts, writer) = (new Parts([]), new MessageWriter(epoch: 1));
        while (await store.ReadLog(messages.Count, 10_000, cancellation) is { Count: > 0 } batch)
        {
            foreach (var recorded in batch)
            {
                var (_, topic, partition, previous) = parts.Add(recorded);
                messages.Add((topic, partition, writer.Write(recorded, previous)));
            }
        }
        return messages;
    }

    private static async Task WaitForCheckpoint(BenchDatabase database, long position, CancellationToken cancellation)
    {
        while ((await PublisherStatus.Read(database.Source, cancellation)).Position < position)
            await Task.Delay(10, cancellation);
    }

    private static Dictionary<string, string> Settings(KafkaOptions options) => new()
    {
        ["bootstrap.servers"] = options.BootstrapServers,
        ["enable.idempotence"] = "true",
        ["acks"] = "all",
        ["max.in.flight"] = "5",
        ["message.timeout.ms"] = "0",
        ["linger.ms"] = "2",
        ["compression.type"] = "lz4",
        ["batch.size"] = $"{8 * Sender.LargeMessage}",
        ["message.max.bytes"] = $"{options.MessageBytes}",
        ["queue.buffering.max.messages"] = $"{2 * options.InFlightEvents}",
        ["queue.buffering.max.kbytes"] = $"{2 * (options.InFlightBytes / 1024)}",
    };
}
