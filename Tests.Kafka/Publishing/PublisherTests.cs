using OrleansOrders.EventStore;
using OrleansOrders.Kafka;
using OrleansOrders.Tests.Kafka.Support;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Kafka.Publishing;

/// <summary>What a publisher does on a good day, and who is one.</summary>
public sealed class PublisherTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Every_event_is_published_as_it_was_committed()
    {
        await using var outbox = await Outbox.Open();
        using var tail = new TopicTail(outbox.Broker.BootstrapServers);
        var streams = Enumerable.Range(0, 30).Select(number => outbox.NewStream(number % 3 == 0 ? "payment" : "order")).ToList();
        foreach (var stream in streams)
            await outbox.Append(stream, 3);
        outbox.Publish();
        foreach (var stream in streams)
            await outbox.Append(stream, 2);
        await outbox.AssertPublished(tail);
        Assert.Equal(150, tail.Count);
        var status = await outbox.Reaches(PublisherState.Publishing); // written with the lease, at times after the last event
        Assert.Equal((150, 150, 1, 0, null), (status.Position, status.End, status.Epoch, status.AheadBy, status.Error));
    }

    [Fact]
    public async Task A_publisher_that_starts_again_goes_on_where_the_last_one_was()
    {
        await using var outbox = await Outbox.Open();
        using var tail = new TopicTail(outbox.Broker.BootstrapServers);
        var stream = outbox.NewStream();
        for (var round = 1; round <= 3; round++)
        {
            await outbox.Append(stream, 5);
            var publisher = outbox.Publish();
            await outbox.AllPublished();
            await outbox.Stop(publisher);
            Assert.Equal(("idle", null), ((await outbox.ReadStatus()).State, (await outbox.ReadStatus()).Owner));
        }
        await outbox.AssertPublished(tail);
        Assert.Equal(15, tail.Count);
        Assert.Equal(3, await outbox.Database.Query<long>("select count(*) from kafka_epochs"));
        Assert.Equal(10, await outbox.Database.Query<long>("select from_position from kafka_epochs where epoch = 3"));
    }

    [Fact]
    public async Task Of_two_publishers_one_publishes_and_the_other_takes_over()
    {
        await using var outbox = await Outbox.Open();
        using var tail = new TopicTail(outbox.Broker.BootstrapServers);
        var (first, second) = (outbox.Publish(), outbox.Publish());
        await outbox.Append(outbox.NewStream(), 20);
        await outbox.AllPublished();
        var owner = (await outbox.ReadStatus()).Owner;
        Assert.NotNull(owner);
        await outbox.Stop(first);
        await outbox.Append(outbox.NewStream(), 20);
        await outbox.AllPublished();
        await outbox.Stop(second);
        await outbox.AssertPublished(tail);
        Assert.Equal(40, tail.Count);
    }

    [Fact]
    public async Task One_whose_lease_is_taken_away_stops_and_moves_nothing()
    {
        await using var outbox = await Outbox.Open();
        using var tail = new TopicTail(outbox.Broker.BootstrapServers);
        outbox.Publish();
        await outbox.Append(outbox.NewStream(), 5);
        await outbox.AllPublished();
        // As if another one had waited for the lease to run out.
        await outbox.Database.Execute("update kafka_publisher set leased_until = clock_timestamp()");
        var thief = new PublisherLease(outbox.Database.DataSource, "thief");
        PublisherTenure? stolen = null;
        await Eventually.True(async () =>
        {
            await outbox.Database.Execute("update kafka_publisher set leased_until = '-infinity' where owner <> 'thief'");
            return (stolen = await thief.Renew(TimeSpan.FromMinutes(1), None)) is not null;
        });
        Assert.Equal(2, stolen!.Epoch);
        await outbox.Append(outbox.NewStream(), 5);
        Assert.True(await thief.Keep(2, new PublisherCheckpoint(5, [], [], []), None));
        Assert.False(await thief.Keep(1, new PublisherCheckpoint(10, [], [], []), None));
        Assert.Equal(5, (await outbox.ReadStatus()).Position);
        await thief.Leave(None);
        await outbox.AssertPublished(tail);
        Assert.Equal(3, (await outbox.ReadStatus()).Epoch);
    }

    [Fact]
    public async Task The_status_says_how_far_behind_it_is_and_which_order_waits()
    {
        await using var outbox = await Outbox.Open();
        await outbox.Append(outbox.NewStream("stock"), 2);
        var order = outbox.NewStream();
        await outbox.Append(order, 3);
        var status = await outbox.ReadStatus();
        Assert.Equal((0, 5, 5), (status.Position, status.End, status.Lag));
        Assert.InRange(status.LagSeconds, 0.000001, 60);
        Assert.Equal(order.StreamId, status.OldestOrder);
        outbox.Publish();
        await outbox.AllPublished();
        status = await outbox.ReadStatus();
        Assert.Equal((0, 0, null), (status.Lag, status.LagSeconds, status.OldestOrder));
    }
}
