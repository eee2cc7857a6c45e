using System.Globalization;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using OrleansOrders.Benchmarks.Cluster;
using OrleansOrders.Domain;
using OrleansOrders.EventStore;
using OrleansOrders.Kafka;
using OrleansOrders.Tests.Kafka.Support;

namespace OrleansOrders.Benchmarks.Kafka;

/// <summary>
/// What publishing costs beside handing the same bytes to librdkafka: events read from the log, sent, acknowledged and
/// checkpointed, against messages that are there in memory. Both in turns, on the same broker, with the same settings.
/// </summary>
internal static class Relay
{
    private const int Events = 200_000;
    private const int Rounds = 5;
    private const double LeastRatio = 0.30;

    private static readonly CancellationToken None = CancellationToken.None;

    public static async Task Run(BenchmarkDatabase database, Report report)
    {
        using var broker = Environment.GetEnvironmentVariable("ORDERS_TEST_KAFKA") is { Length: > 0 } ? null : new MockCluster();
        foreach (var topic in PublishedEvents.Topics.Append(PublishedEvents.DeadLetterTopic))
            broker?.CreateTopic(topic, PublishedEvents.Partitions);
        var options = new KafkaOptions { BootstrapServers = broker?.BootstrapServers ?? Environment.GetEnvironmentVariable("ORDERS_TEST_KAFKA")! };
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await Fill(source);
        await using (var store = new PostgresEventStore(source, new EventStoreOptions(), TimeProvider.System))
        {
            var messages = await Prepare(store);
            var settings = Settings(options);
            List<double> own = [], native = [], ratios = [];
            for (var round = 0; round < Rounds; round++)
            {
                native.Add(NativeProducer.Send(settings, messages));
                own.Add(await Publish(options, source, store));
                ratios.Add(own[^1] / native[^1]);
                report.Say(string.Create(CultureInfo.InvariantCulture, $"round {round + 1}: librdkafka {native[^1]:n0}/s, publisher {own[^1]:n0}/s"));
            }
            report.Add("librdkafka's own producer", "messages/s", native);
            report.Add("publisher, acknowledged and checkpointed", "messages/s", own);
            var ratio = report.Add("publisher / librdkafka", "", ratios);
            report.Judge("relay", "of librdkafka", ratio, "at least 0.30", ratio >= LeastRatio);
        }
        await DeliveryTime.Run(options, source, report);
    }

    /// <summary>Events as orders make them, in 20,000 streams.</summary>
    private static async Task Fill(NpgsqlDataSource source)
    {
        await using var command = source.CreateCommand($$"""
            insert into streams (stream_key, tenant, stream_id, type, version, position, hash, created_at)
            select n, 'default', 'order-' || lpad(to_hex(n), 8, '0'), 'order', {{Events}} / 20000, {{Events}} - 20000 + n, decode(repeat('00', 32), 'hex'), now()
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
            from generate_series(1, {{Events}}) n;
            update log set position = {{Events}};
            select setval('streams_stream_key_seq', 20000);
            analyze events;
            """);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The very messages that the publisher makes of them.</summary>
    private static async Task<List<(string, int, Message<byte[], byte[]>)>> Prepare(PostgresEventStore store)
    {
        var messages = new List<(string, int, Message<byte[], byte[]>)>(Events);
        var (parts, writer) = (new Parts([]), new MessageWriter(epoch: 1));
        while (await store.ReadLog(messages.Count, 10_000, None) is { Count: > 0 } batch)
        {
            foreach (var recorded in batch)
            {
                var (_, topic, partition, previous) = parts.Add(recorded);
                messages.Add((topic, partition, writer.Write(recorded, previous)));
            }
        }
        return messages;
    }

    /// <summary>From the first checkpoint to the last one: what starting costs is not counted on either side.</summary>
    private static async Task<double> Publish(KafkaOptions options, NpgsqlDataSource source, PostgresEventStore store)
    {
        await using (var reset = source.CreateCommand("update kafka_publisher set position = 0, leased_until = '-infinity'; delete from kafka_partitions"))
            await reset.ExecuteNonQueryAsync();
        await using var publisher = new Publisher(options, source, store, NullLogger<Publisher>.Instance, TimeProvider.System);
        publisher.Start();
        (long Timestamp, long Position) first = default;
        while (true)
        {
            var position = (await PublisherStatus.Read(source, None)).Position;
            if (position > 0 && first.Position == 0)
                first = (TimeProvider.System.GetTimestamp(), position);
            if (position == Events)
                return (Events - first.Position) / TimeProvider.System.GetElapsedTime(first.Timestamp).TotalSeconds;
            await Task.Delay(5);
        }
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
