using System.Globalization;
using OrleansOrders.Kafka;
using OrleansOrders.Tests.Kafka.Support;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Kafka.Publishing;

public sealed class MemoryTests
{
    private const int Waiting = 1_000_000;
    private const int Step = 100_000;

    [Fact, Trait("tier", "faults")]
    public async Task A_million_events_wait_for_the_broker_in_the_log_and_not_in_memory()
    {
        await using var outbox = await Outbox.Open();
        await outbox.Append(outbox.NewStream());
        using var publisher = new PublisherProcess(outbox.Database.ConnectionString, outbox.Broker.BootstrapServers);
        await outbox.AllPublished();
        var before = publisher.WorkingSet;
        outbox.Broker.GoDown();
        await Load(outbox);
        Assert.Equal(Waiting, (await outbox.Reaches(PublisherState.NoBroker)).Lag);
        // What it may hold it holds within moments; whatever grew without a bound would go on growing while this waits.
        var highest = before;
        var looks = 0;
        await Eventually.True(() =>
        {
            highest = Math.Max(highest, publisher.WorkingSet);
            return ++looks == 200;
        });
        Assert.InRange((highest - before) / 1024 / 1024, 0, 200);
        outbox.Broker.ComeBack();
        await Eventually.True(async () => await outbox.ReadStatus() is { Lag: 0 }, TimeSpan.FromMinutes(3));
        Assert.InRange((publisher.WorkingSet - before) / 1024 / 1024, -1000, 300);
    }

    /// <summary>As if they had been appended; nobody looks at their hashes here.</summary>
    private static async Task Load(Outbox outbox)
    {
        for (var first = 1; first < Waiting; first += Step)
        {
            await outbox.Database.Execute(string.Create(CultureInfo.InvariantCulture, $$"""
                insert into events (position, stream_key, version, event_id, occurred_at, recorded_at, tenant, stream_id, type, data, metadata, hash)
                select n + 1, n % 10000 + 100, n / 10000 + 1, gen_random_uuid(), now(), now(), 'default', 'order-' || lpad(to_hex(n % 10000 + 100), 8, '0'),
                    'order-changed.v1', ('{"number":' || n || ',"fill":"' || repeat('x', 200) || '"}')::json, '{"actor":"test"}', decode(repeat('00', 32), 'hex')
                from generate_series({{first}}, {{first + Step - 1}}) n;
                update log set position = {{first + Step}}
                """));
        }
    }
}
