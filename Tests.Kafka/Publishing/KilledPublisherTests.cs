using OrleansOrders.EventStore;
using OrleansOrders.Kafka;
using OrleansOrders.Tests.Kafka.Support;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Kafka.Publishing;

/// <summary>The outbox under the worst: real processes that are killed, a broker that goes away, and writers that do not stop for either.</summary>
public sealed class KilledPublisherTests
{
    private const int Writers = 32;

    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public Task Every_event_arrives_in_order_while_publishers_are_killed_and_the_broker_disappears() => Run(events: 8_000, kills: 4, outages: 2);

    [Fact, Trait("tier", "faults")]
    public Task Fifty_thousand_events_arrive_in_order_while_publishers_are_killed_20_times_and_the_broker_disappears_5_times() =>
        Run(events: 50_000, kills: 20, outages: 5);

    private static async Task Run(int events, int kills, int outages)
    {
        await using var outbox = await Outbox.Open();
        using var tail = new TopicTail(outbox.Broker.BootstrapServers);
        var acknowledged = 0;
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => Write(outbox, writer, events, kills, () => Volatile.Read(ref acknowledged)))));
        var faults = 0;
        List<PublisherProcess> publishers = [Start(outbox), Start(outbox)];
        try
        {
            for (var kill = 1; kill <= kills; kill++)
            {
                // Each one has published something before it is killed.
                var before = (await outbox.ReadStatus()).Position;
                PublisherProcess? owner = null;
                await Eventually.True(async () =>
                {
                    var status = await outbox.ReadStatus();
                    owner = publishers.Find(publisher => publisher.Owns(status.Owner));
                    return owner is not null && status.Position > before;
                });
                if (kill % (kills / outages) == 0)
                    await LoseBroker(outbox);
                owner!.Kill();
                publishers.Remove(owner);
                owner.Dispose();
                publishers.Add(Start(outbox));
                Volatile.Write(ref acknowledged, ++faults);
            }
            await writing;
            Assert.Equal(kills, faults);
            await outbox.AssertPublished(tail);
            Assert.Equal(events, (await outbox.ReadStatus()).End);
            Assert.True((await outbox.ReadStatus()).Epoch > kills, "Each kill has changed the publisher.");
        }
        finally
        {
            publishers.ForEach(publisher => publisher.Dispose());
        }
    }

    private static PublisherProcess Start(Outbox outbox) => new(outbox.Database.ConnectionString, outbox.Broker.BootstrapServers);

    private static async Task LoseBroker(Outbox outbox)
    {
        outbox.Broker.GoDown();
        await outbox.Reaches(PublisherState.NoBroker);
        outbox.Broker.ComeBack();
    }

    /// <summary>Its share of the events, spread over the faults: some are written before, and some after each of them.</summary>
    private static async Task Write(Outbox outbox, int writer, int events, int steps, Func<int> faults)
    {
        var share = events / Writers + (writer < events % Writers ? 1 : 0);
        string[] types = ["order", "payment", "stock", "shipment", "fulfilment", "customer"];
        var heads = Enumerable.Range(0, 8).Select(number => (
            Stream: new StreamName("default", types[(writer + number) % types.Length], $"{writer:x4}{number:x4}"), Head: StreamHead.None)).ToArray();
        for (var written = 0; written < share;)
        {
            var due = (long)share * (faults() + 1) / (steps + 1);
            if (written >= due)
            {
                await Task.Delay(5);
                continue;
            }
            ref var stream = ref heads[written % heads.Length];
            var name = stream.Stream;
            var head = stream.Head;
            var count = Math.Min(share - written, 1 + written % 5);
            var added = Enumerable.Range(1, count).Select(number => Outbox.NewEvent(name, head.Version + number)).ToArray();
            var result = Assert.IsType<AppendResult.Appended>(await outbox.Store.Append(new Append(name, head, added, null), None));
            heads[written % heads.Length].Head = result.Head;
            written += count;
        }
    }
}
