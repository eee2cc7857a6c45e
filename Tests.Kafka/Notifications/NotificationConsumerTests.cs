using OrleansOrders.Domain;
using OrleansOrders.EventStore;
using OrleansOrders.Tests.Engine.Notifications;
using OrleansOrders.Tests.Kafka.Support;
using OrleansOrders.Tests.Support;

namespace OrleansOrders.Tests.Kafka.Notifications;

/// <summary>Customers are told once, whoever joins, leaves, dies or forgets.</summary>
public sealed class NotificationConsumerTests
{
    private readonly RecordingNotifier mail = new();

    [Fact]
    public async Task Every_event_is_told_once_over_restarts()
    {
        await using var cluster = await NotifiedShop.Open();
        var events = new List<RecordedEvent>();
        for (var round = 0; round < 3; round++)
        {
            var member = cluster.Join(mail);
            for (var i = 0; i < 10; i++)
                events.Add(await cluster.Shop.Place($"o{round}-{i}", "zoe"));
            if (round < 2)
            {
                await cluster.Told(events.Take(events.Count - 5), mail);
                await cluster.Leave(member);
            }
        }
        await cluster.Told(events, mail);
        await cluster.CaughtUp();
        Assert.Equal(events.Select(recorded => recorded.EventId).Order(), mail.Taken.Select(message => message.EventId).Order());
    }

    [Fact]
    public async Task Committed_offsets_are_where_the_next_member_begins()
    {
        await using var cluster = await NotifiedShop.Open();
        var member = cluster.Join(mail);
        await cluster.Told([await cluster.Shop.Place("o1", "zoe")], mail);
        await cluster.CaughtUp();
        await cluster.Leave(member);
        await cluster.Shop.Execute("delete from notifications");
        cluster.Join(mail);
        await cluster.Told([await cluster.Shop.Place("o2", "zoe")], mail);
        await cluster.CaughtUp();
        Assert.Equal(["o1", "o2"], mail.Taken.Select(message => message.OrderId));
    }

    [Fact]
    public async Task After_a_crash_between_marking_and_committing_nothing_is_told_twice()
    {
        await using var cluster = await NotifiedShop.Open();
        cluster.RefuseCommits();
        var member = cluster.Join(mail);
        RecordedEvent[] events = [await cluster.Shop.Place("o1", "zoe"), await cluster.Shop.Place("o2", "zoe"), await cluster.Shop.Cancel("o1")];
        await cluster.Told(events, mail);
        await cluster.Leave(member);
        await cluster.CaughtUp();
        await cluster.Shop.Execute("delete from reaction_checkpoints");
        cluster.Join(mail);
        await cluster.Told([await cluster.Shop.Place("o3", "zoe")], mail);
        await cluster.CaughtUp();
        Assert.Equal(4, mail.Taken.Count);
        var parts = events.Append(await cluster.Shop.LastOf("order", "o3")).Select(recorded => PublishedEvents.PartitionOf(recorded.Stream.StreamId)).Distinct();
        Assert.Equal(parts.LongCount(), await cluster.Shop.Query<long>("select count(*) from reaction_checkpoints where name like 'notifications/orders.order/%'"));
    }

    [Fact]
    public async Task After_a_crash_between_sending_and_marking_it_is_told_again_under_the_same_id_when_the_claim_has_ended()
    {
        await using var cluster = await NotifiedShop.Open();
        var placed = await cluster.Shop.Place("o1", "zoe");
        var crashed = cluster.Shop.NewProcess(mail, NotifyingShop.Quick with { Sent = _ => throw new InvalidOperationException("crash") });
        await Assert.ThrowsAsync<InvalidOperationException>(() => crashed.Handle(placed, default));
        await cluster.Shop.Execute("update notifications set claimed_until = clock_timestamp() + interval '1 hour'");

        cluster.Join(mail);
        await Eventually.True(() => cluster.Failures.Any(line => line.Contains("NotificationClaimedException", StringComparison.Ordinal)));
        Assert.Single(mail.Taken);
        await cluster.Shop.Execute("update notifications set claimed_until = clock_timestamp()");
        await cluster.CaughtUp();
        Assert.Equal(2, mail.Taken.Count(message => message.EventId == placed.EventId));
        Assert.Equal("sent", await cluster.Shop.RowOf(placed));
    }

    [Fact]
    public async Task Members_that_come_and_go_share_the_parts_and_tell_every_event_once()
    {
        await using var cluster = await NotifiedShop.Open();
        var other = new RecordingNotifier();
        var events = new List<RecordedEvent>();
        var first = cluster.Join(mail);
        await PlaceMany(cluster, events, 20);
        await cluster.Told(events, mail);
        cluster.Join(other);
        await Eventually.True(async () =>
        {
            await PlaceMany(cluster, events, 4);
            return other.Taken.Count > 0;
        }, TimeSpan.FromSeconds(60));
        await PlaceMany(cluster, events, 20);
        await cluster.Told(events, mail, other);
        await cluster.Leave(first);
        var before = mail.Taken.Count;
        await PlaceMany(cluster, events, 20);
        await cluster.Told(events, mail, other);
        await cluster.CaughtUp();

        Assert.Equal(before, mail.Taken.Count);
        Assert.Equal(
            events.Select(recorded => recorded.EventId).Order(), mail.Taken.Concat(other.Taken).Select(message => message.EventId).Order());
    }

    private static async Task PlaceMany(NotifiedShop cluster, List<RecordedEvent> events, int count)
    {
        for (var i = 0; i < count; i++)
            events.Add(await cluster.Shop.Place($"o{events.Count}", "zoe"));
    }
}
